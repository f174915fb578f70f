# cython: language_level=3
from libc.stdint cimport int64_t, uint8_t


cdef class Buffer:
    cdef uint8_t *data
    cdef Py_ssize_t size
    cdef Py_ssize_t room

    cdef int grow(self, Py_ssize_t more) except -1
    cdef int add(self, const void *data, Py_ssize_t size) except -1
    cdef int add_bytes(self, bytes data) except -1
    cdef int add_byte(self, uint8_t byte) except -1
    cdef int add_long(self, int64_t number) except -1
    cdef int add_text(self, const void *data, Py_ssize_t size) except -1
    cdef int add_decimal(self, int64_t number) except -1
    cdef int add_digits(self, int64_t number, int scale) except -1
    cdef bytes taken(self)
