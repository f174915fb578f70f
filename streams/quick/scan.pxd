# cython: language_level=3
from libc.stdint cimport int64_t, uint8_t, uint32_t

cdef uint32_t crc32(const uint8_t *data, Py_ssize_t size) noexcept nogil
cdef bint read_long(const uint8_t **at, const uint8_t *end, int64_t *number) noexcept nogil
cdef bint plain_text(const uint8_t *text, Py_ssize_t size, Py_ssize_t *characters) noexcept nogil
cdef bint all_digits(const uint8_t *text, Py_ssize_t size) noexcept nogil
cdef bint uuid_bytes(const uint8_t *text, uint8_t *found) noexcept nogil
