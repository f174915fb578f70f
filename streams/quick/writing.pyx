# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Bytes put together in C, as streams/outputs.py and streams/packing.py put them together.

Where something is out of the ordinary, the other way does it. `tests/streams/core/test_quick.py` holds
the two to each other.
"""

from cpython cimport array
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memchr, memcpy

from streams.quick.buffer cimport Buffer

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL

cdef enum:
    VILLAGES = 1000
    FORMAT = 1
    LAYOUT_BYTES = 4
    FLAGS_AT = 5
    NUMBER_AT = 6
    NEWEST_AT = 10
    HEADER_SIZE = 18

cpdef enum Kind:
    LONG, TEXT, BOOLEAN, DOUBLE, DECIMAL


cdef class CaseForm:
    """Encodes the states of one kind of case, as outputs.CaseOutput does."""

    cdef bytes header
    cdef bytes name
    cdef bytes kinds
    cdef Buffer out
    cdef object otherwise

    def __init__(self, bytes header, bytes name, kinds, otherwise):
        self.header, self.name, self.kinds, self.out = header, name, bytes(kinds), Buffer()
        self.otherwise = otherwise

    def encode(self, bytes key, tuple state, bytes changed_at):
        """Return the Kafka key and the record of a case: `otherwise` gives them where a number does not fit."""
        found = self.encoded(key, state, changed_at)
        return self.otherwise(key, state, changed_at) if found is None else found

    cdef object encoded(self, bytes key, tuple state, bytes changed_at):
        cdef const char *start = PyBytes_AS_STRING(key)
        cdef Py_ssize_t size = PyBytes_GET_SIZE(key)
        cdef const char *township = <const char *>memchr(start, c"|", size)
        cdef const char *case_id
        cdef Py_ssize_t township_size, id_size, place, text_size = 0
        cdef int64_t number = 0, village = 0
        cdef double real
        cdef uint8_t kind
        cdef Buffer out = self.out
        cdef const char *utf8
        cdef const uint8_t *kinds = <const uint8_t *>PyBytes_AS_STRING(self.kinds)
        cdef uint8_t digits[3]
        if township == NULL:
            return None
        township += 1
        case_id = <const char *>memchr(township, c"|", size - (township - start))
        if case_id == NULL or len(state) != PyBytes_GET_SIZE(self.kinds) + 5:
            return None
        case_id += 1
        township_size, id_size = case_id - township - 1, size - (case_id - start)
        out.size = 0
        out.add_bytes(self.header)
        out.add_text(case_id, id_size)
        out.add_text(township, township_size)
        if state[2] is None:
            out.add_byte(0)
        else:
            if not whole(state[2], &village) or village < 0 or village >= VILLAGES:
                return None
            out.add_byte(2)
            out.add_long(township_size + 3)
            out.add(township, township_size)
            digits[0], digits[1], digits[2] = c"0" + village // 100, c"0" + village // 10 % 10, c"0" + village % 10
            out.add(digits, 3)
        for place in range(PyBytes_GET_SIZE(self.kinds)):
            value = state[5 + place]
            if value is None:
                out.add_byte(0)
                continue
            out.add_byte(2)
            kind = kinds[place]
            if kind == TEXT:
                utf8 = PyUnicode_AsUTF8AndSize(value, &text_size)
                out.add_text(utf8, text_size)
            elif kind == BOOLEAN:
                out.add_byte(1 if value else 0)
            elif kind == DOUBLE:
                real = value
                out.add(&real, 8)
            elif not whole(value, &number):
                return None
            elif kind == DECIMAL:
                out.add_decimal(number)
            else:
                out.add_long(number)
        if not whole(state[0], &number):
            return None
        out.add_long(number)
        if not whole(state[1], &number):
            return None
        out.add_long(number)
        out.add_bytes(changed_at)
        record = out.taken()
        out.size = 0
        out.add(township, township_size)
        out.add_byte(c"|")
        out.add_bytes(self.name)
        out.add_byte(c"|")
        out.add(case_id, id_size)
        return out.taken(), record


cdef int whole(object value, int64_t *number) except -1:
    """Take a number of Python; False when it is none, or needs more than 64 bits."""
    cdef int overflow = 0
    if not isinstance(value, int):
        return False
    number[0] = PyLong_AsLongLongAndOverflow(value, &overflow)
    return overflow == 0


cdef class PartsForm:
    """Writes the array of parts of a cell: pieces that never change, and between them numbers of the cell, or ready buckets."""

    cdef list pieces
    cdef int64_t *positions
    cdef Py_ssize_t count
    cdef Py_ssize_t most
    cdef Buffer out

    def __cinit__(self, pieces, positions):
        """`positions` stand between the pieces; one below zero is the next of the buckets given."""
        cdef Py_ssize_t place
        self.count = len(positions)
        self.positions = <int64_t *>PyMem_Malloc(max(self.count, 1) * sizeof(int64_t))
        if self.positions == NULL:
            raise MemoryError
        for place in range(self.count):
            self.positions[place] = positions[place]
        self.pieces, self.out, self.most = list(pieces), Buffer(), max(positions, default=0)
        if len(self.pieces) != self.count + 1:
            raise ValueError("a piece before every position, and one behind the last")

    def __dealloc__(self):
        PyMem_Free(self.positions)

    def encode(self, bytes head, bytes start, bytes case, bytes tail, array.array numbers, Py_ssize_t base,
               list buckets, int64_t newest, bytes changed_at):
        """Return a cell's record. `numbers` are those of all cells, those of this one stand from `base` on."""
        cdef Buffer out = self.out
        cdef Py_ssize_t place, bucket = 0
        if base < 0 or base + self.most >= len(numbers):
            raise IndexError("no such cell")
        out.size = 0
        out.add_bytes(head)
        out.add_bytes(start)
        out.add_bytes(case)
        out.add_bytes(tail)
        out.add_bytes(<bytes>self.pieces[0])
        for place in range(self.count):
            if self.positions[place] < 0:
                out.add_bytes(<bytes?>buckets[bucket])
                bucket += 1
            else:
                out.add_long(numbers.data.as_longlongs[base + self.positions[place]])
            out.add_bytes(<bytes>self.pieces[place + 1])
        out.add_long(newest)
        out.add_bytes(changed_at)
        return out.taken()


def buckets(dict histogram, int64_t start, int64_t stop, texts):
    """Return the buckets at positions from `start` to before `stop`, as a value of a union of null and map; `texts` has their names."""
    cdef Buffer out = Buffer()
    cdef Buffer found = Buffer()
    cdef int64_t count = 0, position
    for place, number in histogram.items():
        position = place
        if start <= position < stop:
            count += 1
            out.add_bytes(<bytes?>texts[place])
            out.add_long(number)
    found.add_byte(2)
    if count:
        found.add_long(count)
        found.add(out.data, out.size)
    found.add_byte(0)
    return found.taken()


def merged(packed, bytes layout, list fresh):
    """Return a case with events that are all newer than those it has; None where they belong between them."""
    cdef bytes old = b""
    cdef int64_t occurred_at, newest = 0
    cdef uint32_t number = 0
    cdef uint8_t flags = 0
    cdef Py_ssize_t body = 0, size
    cdef char *out
    if not fresh or PyBytes_GET_SIZE(layout) != LAYOUT_BYTES:
        return None
    if len(fresh) > 1:
        fresh = sorted(fresh)
    if packed is not None:
        old = packed
        body = PyBytes_GET_SIZE(old) - HEADER_SIZE
        if body < 0:
            return None
        memcpy(&newest, PyBytes_AS_STRING(old) + NEWEST_AT, 8)
        occurred_at = fresh[0][0]
        if occurred_at <= newest:
            return None
        memcpy(&number, PyBytes_AS_STRING(old) + NUMBER_AT, 4)
        flags = <uint8_t>PyBytes_AS_STRING(old)[FLAGS_AT]
    size = HEADER_SIZE + body
    for event in fresh:  # each a packing.Fresh: a tuple of its time, its id, its bytes and its flags
        size += len(event[2])
        flags |= <uint8_t>event[3]
    number += len(fresh)
    occurred_at = fresh[len(fresh) - 1][0]
    made = PyBytes_FromStringAndSize(NULL, size)
    out = PyBytes_AS_STRING(made)
    out[0] = FORMAT
    memcpy(out + 1, PyBytes_AS_STRING(layout), LAYOUT_BYTES)
    out[FLAGS_AT] = flags
    memcpy(out + NUMBER_AT, &number, 4)
    memcpy(out + NEWEST_AT, &occurred_at, 8)
    if body:
        memcpy(out + HEADER_SIZE, PyBytes_AS_STRING(old) + HEADER_SIZE, body)
    out += HEADER_SIZE + body
    for event in fresh:
        one = <bytes?>event[2]
        memcpy(out, PyBytes_AS_STRING(one), PyBytes_GET_SIZE(one))
        out += PyBytes_GET_SIZE(one)
    return made
