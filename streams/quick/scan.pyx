# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What bytes are: a number of Avro, digits, a UUID, text that Python writes as it stands. And their sum."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef enum:
    UUID_BYTES = 16

cdef uint8_t PLAIN[256]
cdef uint8_t NIBBLES[256]
cdef uint32_t CRC[8][256]


cdef void _prepare_tables() noexcept:
    cdef uint32_t number, rest
    cdef int bit, table
    memset(PLAIN, 0, sizeof(PLAIN))
    memset(NIBBLES, 0xFF, sizeof(NIBBLES))
    for number in range(0x20, 0x7F):
        PLAIN[number] = number != c"'" and number != c"\\"
    for number in range(10):
        NIBBLES[c"0" + number] = number
    for number in range(6):
        NIBBLES[c"a" + number] = 10 + number
    for number in range(256):
        rest = number
        for bit in range(8):
            rest = (rest >> 1) ^ (0xEDB88320 if rest & 1 else 0)
        CRC[0][number] = rest
    for number in range(256):
        for table in range(1, 8):
            rest = CRC[table - 1][number]
            CRC[table][number] = (rest >> 8) ^ CRC[0][rest & 0xFF]

_prepare_tables()


cdef uint32_t crc32(const uint8_t *data, Py_ssize_t size) noexcept nogil:
    """The sum zlib.crc32 gives, eight bytes at a time (Intel's slicing by eight)."""
    cdef uint32_t found = <uint32_t>-1, low, high
    while size >= 8:
        memcpy(&low, data, 4)
        memcpy(&high, data + 4, 4)
        low ^= found
        found = (CRC[7][low & 0xFF] ^ CRC[6][low >> 8 & 0xFF] ^ CRC[5][low >> 16 & 0xFF] ^ CRC[4][low >> 24]
                 ^ CRC[3][high & 0xFF] ^ CRC[2][high >> 8 & 0xFF] ^ CRC[1][high >> 16 & 0xFF] ^ CRC[0][high >> 24])
        data += 8
        size -= 8
    while size:
        found = CRC[0][(found ^ data[0]) & 0xFF] ^ found >> 8
        data += 1
        size -= 1
    return ~found


cdef bint read_long(const uint8_t **at, const uint8_t *end, int64_t *number) noexcept nogil:
    cdef uint64_t found = 0
    cdef int shift = 0
    cdef uint8_t byte
    while shift < 64:
        if at[0] >= end:
            return False
        byte = at[0][0]
        at[0] += 1
        if shift == 63 and byte > 1:
            return False
        found |= <uint64_t>(byte & 0x7F) << shift
        if byte < 0x80:
            number[0] = <int64_t>(found >> 1) ^ -<int64_t>(found & 1)
            return True
        shift += 7
    return False


cdef bint plain_text(const uint8_t *text, Py_ssize_t size, Py_ssize_t *characters) noexcept nogil:
    """Whether Python writes the text as it stands between two apostrophes: plain ASCII and common Chinese characters."""
    cdef Py_ssize_t at = 0, count = 0
    cdef uint8_t first, second, third
    while at < size:
        first = text[at]
        if PLAIN[first]:
            at += 1
        elif first >= 0xE3 and at + 2 < size:
            second, third = text[at + 1], text[at + 2]
            if third & 0xC0 != 0x80 or second & 0xC0 != 0x80:
                return False
            if first == 0xE3:  # the comma and full stop of lists and sentences
                if second != 0x80 or (third != 0x81 and third != 0x82):
                    return False
            elif first == 0xEF:  # wide punctuation and digits
                if second != 0xBC or third == 0x80:
                    return False
            elif first > 0xE9 or (first == 0xE4 and second < 0xB8) or (first == 0xE9 and second > 0xBE):
                return False
            at += 3
        else:
            return False
        count += 1
    characters[0] = count
    return True


cdef bint all_digits(const uint8_t *text, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(size):
        if text[at] < c"0" or text[at] > c"9":
            return False
    return True


cdef bint uuid_bytes(const uint8_t *text, uint8_t *found) noexcept nogil:
    """Take a UUID in canonical lower-case form."""
    cdef int at = 0, place = 0
    cdef uint8_t high, low
    while place < UUID_BYTES:
        if at == 8 or at == 13 or at == 18 or at == 23:
            if text[at] != c"-":
                return False
            at += 1
        high, low = NIBBLES[text[at]], NIBBLES[text[at + 1]]
        if (high | low) > 15:
            return False
        found[place] = high << 4 | low
        place += 1
        at += 2
    return True
