# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Bytes that grow, and how Avro and Python write numbers into them."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.string cimport memcpy


cdef class Buffer:
    """Begin anew by setting `size` to 0."""

    def __cinit__(self):
        self.room = 4096
        self.data = <uint8_t *>PyMem_Malloc(self.room)
        if self.data == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.data)

    cdef int grow(self, Py_ssize_t more) except -1:
        cdef uint8_t *grown
        if self.size + more > self.room:
            grown = <uint8_t *>PyMem_Realloc(self.data, 2 * (self.size + more))
            if grown == NULL:
                raise MemoryError
            self.data, self.room = grown, 2 * (self.size + more)
        return 0

    cdef int add(self, const void *data, Py_ssize_t size) except -1:
        self.grow(size)
        memcpy(self.data + self.size, data, size)
        self.size += size
        return 0

    cdef int add_bytes(self, bytes data) except -1:
        return self.add(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data))

    cdef int add_byte(self, uint8_t byte) except -1:
        return self.add(&byte, 1)

    cdef int add_long(self, int64_t number) except -1:
        cdef uint64_t rest = (<uint64_t>number << 1) ^ <uint64_t>(number >> 63)
        self.grow(10)
        while rest > 0x7F:
            self.data[self.size] = rest & 0x7F | 0x80
            self.size += 1
            rest >>= 7
        self.data[self.size] = rest
        self.size += 1
        return 0

    cdef int add_text(self, const void *data, Py_ssize_t size) except -1:
        self.add_long(size)
        return self.add(data, size)

    cdef int add_decimal(self, int64_t number) except -1:
        """Add a whole number as bytes, big end first, as many as avro_bytes.whole makes."""
        cdef uint64_t amount = <uint64_t>number if number >= 0 else -<uint64_t>number
        cdef int size = 1, place
        while size < 9 and amount >> (8 * size - 1):
            amount = amount if size < 8 else 0
            size += 1
        self.add_long(size)
        for place in range(size - 1, -1, -1):
            self.add_byte(number >> min(8 * place, 63) & 0xFF)
        return 0

    cdef int add_digits(self, int64_t number, int scale) except -1:
        """Add a whole number of 10^-scale as decimal digits."""
        cdef uint8_t digits[32]
        cdef int at = 32, places = 0
        cdef uint64_t rest = <uint64_t>number if number >= 0 else -<uint64_t>number
        while rest or places <= scale:
            if scale and places == scale:
                at -= 1
                digits[at] = c"."
            at -= 1
            digits[at] = c"0" + rest % 10
            rest //= 10
            places += 1
        if number < 0:
            at -= 1
            digits[at] = c"-"
        return self.add(digits + at, 32 - at)

    cdef bytes taken(self):
        """Return what is there."""
        return PyBytes_FromStringAndSize(<const char *>self.data, self.size)
