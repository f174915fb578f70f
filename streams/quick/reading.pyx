# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""One pass in C over the Avro bytes of an event: read, checked, packed. It answers for plain events only.

What it answers is what the long way answers (schemas.codec, schemas.rules, streams.layouts): it has no words for what is wrong
with an event and no way of its own to judge one. Wherever anything is out of the ordinary it says None, and the long way decides.
A form is made by streams/quick/form.py; `tests/streams/core/test_quick.py` holds the two ways to each other.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.math cimport isfinite
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy, memset

from streams.quick.buffer cimport Buffer
from streams.quick.scan cimport all_digits, crc32, plain_text, read_long, uuid_bytes

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL
    char *PyOS_double_to_string(double value, char code, int precision, int flags, int *kind) except NULL
    int Py_DTSF_ADD_DOT_0
    void PyTuple_SET_ITEM(object there, Py_ssize_t place, object value)
    ctypedef struct PyTypeObject:
        object (*tp_alloc)(PyTypeObject *, Py_ssize_t)

# What a field holds, and what it is for. streams/quick/form.py writes these numbers.
cpdef enum Kind:
    TEXT, UUID, LONG, BOOLEAN, ENUM, DOUBLE, DECIMAL, RECORD, ABSENT

cpdef enum Role:
    NO_ROLE, EVENT_ID, OCCURRED_AT, RECORDED_AT, TOWNSHIP, VILLAGE, CORRECTS, CASE_ID

cdef enum:
    UUID_TEXT = 36
    UUID_BYTES = 16
    HEADER_BYTES = 5
    VILLAGE_FROM = 9  # of the twelve digits of a village, the last three are its number in the township
    OFFSET_BITS = 48
    MOST_DECIMAL_BYTES = 8
    MOST_EVENT_BYTES = 0xFFFF
    NO_VILLAGE = 0xFFFF
    NULL_TEXT = 0xFFFF
    NULL_BYTE = 255
    CORRECTS_FLAG = 1
    CASE_CORRECTED = 1
    CASE_OPENED = 2

cdef int64_t NULL_LONG = <int64_t>1 << 63
cdef int32_t NULL_DATE = <int32_t>1 << 31


# `least`, `most`: of whole numbers, of times in ms, of decimals as whole numbers of 10^-scale. `starts_with`, `not_before`: the place of
# the other field, -1 for none. `kept_at`: where it stands in the packed event, -1 for nowhere; `kept_as`: its code there, as struct has it.
# `inner`: how many fields behind it are those of a nested record. The pointers are to what Form.alive holds: the symbols as Python writes
# them, the pattern's fullmatch or NULL, and the name in a nested record as Python writes it.
cdef struct Field:
    int kind
    int role
    bint nullable
    bint required
    bint is_time
    int64_t least
    int64_t most
    bint has_least
    bint has_most
    double real_least
    double real_most
    int digits
    Py_ssize_t most_characters
    Py_ssize_t least_characters
    int starts_with
    int not_before
    int kept_at
    char kept_as
    int symbols
    int scale
    int inner
    bint is_inner
    PyObject *written
    PyObject *matches
    PyObject *label


cdef struct Value:
    bint null
    const uint8_t *text
    Py_ssize_t size
    int64_t whole
    double real
    int form


cdef class Form:
    """How the events of one schema are read, checked and packed; immutable once made.

    `read` may be called from one thread at a time.
    """

    cdef Field *fields
    cdef int count
    cdef int fixed_size
    cdef int index
    cdef bint opens
    cdef int64_t tolerance
    cdef object plan
    cdef object fresh
    cdef bytes case_name
    cdef list alive
    cdef Buffer buffer
    cdef Value *values

    def __cinit__(self, fields, *, plan, fresh, bytes case_name, int index, bint opens, int fixed_size,
                  int64_t tolerance):
        cdef Field *field
        self.count = len(fields)
        self.fields = <Field *>PyMem_Malloc(self.count * sizeof(Field))
        self.values = <Value *>PyMem_Malloc(self.count * sizeof(Value))
        if self.fields == NULL or self.values == NULL:
            raise MemoryError
        self.plan, self.fresh, self.case_name, self.index, self.opens = plan, fresh, case_name, index, opens
        self.fixed_size, self.tolerance = fixed_size, tolerance
        self.alive, self.buffer = [], Buffer()
        for place, given in enumerate(fields):
            field = &self.fields[place]
            memset(field, 0, sizeof(Field))
            field.kind, field.role = given["kind"], given["role"]
            field.nullable, field.required, field.is_time = given["nullable"], given["required"], given["is_time"]
            field.has_least, field.has_most = given["least"] is not None, given["most"] is not None
            if field.kind == DOUBLE:
                field.real_least, field.real_most = given["least"] or 0, given["most"] or 0
            else:
                field.least, field.most = given["least"] or 0, given["most"] or 0
            field.digits = given["digits"]
            field.most_characters, field.least_characters = given["most_characters"], given["least_characters"]
            field.starts_with, field.not_before = given["starts_with"], given["not_before"]
            field.kept_at, field.kept_as, field.scale = given["kept_at"], ord(given["kept_as"]), given["scale"]
            field.inner, field.is_inner = given["inner"], given["is_inner"]
            symbols = tuple(repr(symbol).encode() for symbol in given["symbols"])
            label, matches = repr(given["name"]).encode() + b": ", given["matches"]
            field.symbols, field.written = len(symbols), <PyObject *>symbols
            field.label, field.matches = <PyObject *>label, NULL if matches is None else <PyObject *>matches
            self.alive.append((symbols, label, matches))

    def __dealloc__(self):
        PyMem_Free(self.fields)
        PyMem_Free(self.values)

    cdef object read(self, bytes value, bytes key, int64_t timestamp, int64_t arrived_seconds, int64_t offset):
        """Return (plan, the case's key, the event) of a plain event; None for any other."""
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(value)
        cdef const uint8_t *end = at + PyBytes_GET_SIZE(value)
        cdef int place = 0, inner
        cdef Py_ssize_t texts = 0
        at += HEADER_BYTES
        while place < self.count:
            if not self.take(&self.fields[place], &self.values[place], &at, end, timestamp):
                return None
            if self.values[place].null:
                for inner in range(place + 1, place + 1 + self.fields[place].inner):
                    self.values[inner].null = True
                place += self.fields[place].inner
            elif self.fields[place].kept_as == c"H":
                texts += self.values[place].size
            place += 1
        if at != end or not self.agree():
            return None
        return self.packed(key, timestamp, arrived_seconds, offset, texts)

    cdef int take(self, Field *field, Value *value, const uint8_t **at, const uint8_t *end, int64_t timestamp) except -1:
        """Read one field and hold it to its own rules."""
        value.null = field.kind == ABSENT
        if field.nullable and not value.null:
            if at[0] >= end or at[0][0] & 0xFD:
                return False
            value.null = at[0][0] == 0
            at[0] += 1
        if value.null:
            return not field.required
        if field.kind == TEXT or field.kind == UUID or field.kind == DECIMAL:
            if not read_long(at, end, &value.whole) or value.whole < 0 or value.whole > end - at[0]:
                return False
            value.text, value.size = at[0], value.whole
            at[0] += value.size
            if field.kind == TEXT:
                return self.take_text(field, value)
            return value.size == UUID_TEXT if field.kind == UUID else self.take_decimal(field, value)
        if field.kind == LONG:
            if not read_long(at, end, &value.whole):
                return False
            if field.is_time and value.whole > timestamp + self.tolerance:
                return False
            return within(field, value.whole)
        if field.kind == RECORD:
            return True
        if field.kind == DOUBLE:
            if end - at[0] < 8:
                return False
            memcpy(&value.real, at[0], 8)
            at[0] += 8
            return (isfinite(value.real) and not (field.has_least and not value.real >= field.real_least)
                    and not (field.has_most and not value.real <= field.real_most))
        if at[0] >= end:
            return False
        value.whole = at[0][0]
        at[0] += 1
        if field.kind == BOOLEAN:
            return value.whole <= 1
        if value.whole & 1 or value.whole >> 1 >= field.symbols:
            return False
        value.whole >>= 1
        return True

    cdef int take_text(self, Field *field, Value *value) except -1:
        cdef Py_ssize_t characters = 0
        if field.digits:
            value.form = 1
            return value.size == field.digits and all_digits(value.text, value.size)
        value.form = plain_text(value.text, value.size, &characters)
        if not value.form:
            if memchr(value.text, 0, value.size) != NULL:
                return False
            try:
                text = PyUnicode_DecodeUTF8(<const char *>value.text, value.size, NULL)
            except UnicodeDecodeError:
                return False
            characters = len(text)
            if field.least_characters and text.isspace():
                return False
            if field.matches != NULL and not (<object>field.matches)(text):
                return False
        elif field.least_characters and value.size and value.text[0] == c" ":
            return False  # it may be nothing but spaces
        elif field.matches != NULL:
            text = PyUnicode_DecodeUTF8(<const char *>value.text, value.size, NULL)
            if not (<object>field.matches)(text):
                return False
        return characters >= field.least_characters and (field.most_characters < 0 or characters <= field.most_characters)

    cdef bint take_decimal(self, Field *field, Value *value) noexcept:
        cdef Py_ssize_t place
        cdef uint64_t found
        if value.size > MOST_DECIMAL_BYTES:
            return False
        found = <uint64_t>-1 if value.size and value.text[0] & 0x80 else 0
        for place in range(value.size):
            found = found << 8 | value.text[place]
        value.whole = <int64_t>found
        return within(field, value.whole)

    cdef bint agree(self) noexcept:
        """Hold fields to one another."""
        cdef int place
        cdef Field *field
        cdef Value *value
        cdef Value *other
        for place in range(self.count):
            field, value = &self.fields[place], &self.values[place]
            if value.null:
                continue
            if field.starts_with >= 0:
                other = &self.values[field.starts_with]
                if other.null or other.size > value.size or memcmp(value.text, other.text, other.size):
                    return False
            if field.not_before >= 0:
                other = &self.values[field.not_before]
                if other.null or value.whole < other.whole:
                    return False
        return True

    cdef object packed(self, bytes key, int64_t timestamp, int64_t arrived_seconds, int64_t offset, Py_ssize_t texts):
        cdef uint8_t id_[UUID_BYTES]
        cdef uint8_t corrects[UUID_BYTES]
        cdef int flags = 0, case_flags = CASE_OPENED if self.opens else 0
        cdef int64_t occurred_at = 0
        cdef uint16_t village = NO_VILLAGE, size, high
        cdef uint32_t recorded, arrived, low, print_
        cdef Value *township = NULL
        cdef Value *case_id = NULL
        cdef Value *value
        cdef Field *field
        cdef int place
        cdef uint8_t *out
        for place in range(self.count):
            field, value = &self.fields[place], &self.values[place]
            if field.kind == UUID and field.role != EVENT_ID and field.role != CORRECTS and not value.null:
                if not uuid_bytes(value.text, id_):
                    return None
            if field.role == EVENT_ID:
                continue
            if field.role == OCCURRED_AT:
                occurred_at = value.whole
            elif field.role == TOWNSHIP:
                township = value
            elif field.role == VILLAGE and not value.null:
                village = ((value.text[VILLAGE_FROM] - c"0") * 100 + (value.text[VILLAGE_FROM + 1] - c"0") * 10
                           + value.text[VILLAGE_FROM + 2] - c"0")
            elif field.role == CORRECTS and not value.null:
                if not uuid_bytes(value.text, corrects):
                    return None
                flags, case_flags = CORRECTS_FLAG, case_flags | CASE_CORRECTED
                texts += UUID_BYTES
            elif field.role == CASE_ID:
                case_id = value
        for place in range(self.count):
            if self.fields[place].role == EVENT_ID and not uuid_bytes(self.values[place].text, id_):
                return None
        if flags and not memcmp(id_, corrects, UUID_BYTES):
            return None
        if township.size != PyBytes_GET_SIZE(key) or memcmp(township.text, PyBytes_AS_STRING(key), township.size):
            return None
        if self.fixed_size + texts > MOST_EVENT_BYTES or not self.write_values():
            return None
        size, recorded, arrived = self.fixed_size + texts, timestamp // 1000, arrived_seconds
        high, low, print_ = offset >> 32, offset & 0xFFFFFFFF, crc32(self.buffer.data, self.buffer.size)
        event = PyBytes_FromStringAndSize(NULL, size)
        out = <uint8_t *>PyBytes_AS_STRING(event)
        memcpy(out, &size, 2)
        out[2], out[3] = self.index, flags
        memcpy(out + 4, id_, UUID_BYTES)
        memcpy(out + 20, &occurred_at, 8)
        memcpy(out + 28, &recorded, 4)
        memcpy(out + 32, &arrived, 4)
        memcpy(out + 36, &high, 2)
        memcpy(out + 38, &low, 4)
        memcpy(out + 42, &print_, 4)
        memcpy(out + 46, &village, 2)
        self.write_kept(out)
        if flags:
            memcpy(out + size - UUID_BYTES, corrects, UUID_BYTES)
        return self.plan, self.case_key(township, case_id), self.in_order(occurred_at, id_, event, case_flags)

    cdef bytes case_key(self, Value *township, Value *case_id):
        cdef Py_ssize_t name = PyBytes_GET_SIZE(self.case_name)
        key = PyBytes_FromStringAndSize(NULL, name + township.size + case_id.size + 2)
        cdef char *out = PyBytes_AS_STRING(key)
        memcpy(out, PyBytes_AS_STRING(self.case_name), name)
        out[name] = c"|"
        memcpy(out + name + 1, township.text, township.size)
        out[name + 1 + township.size] = c"|"
        memcpy(out + name + 2 + township.size, case_id.text, case_id.size)
        return key

    cdef object in_order(self, int64_t occurred_at, const uint8_t *id_, bytes event, int case_flags):
        """Make a packing.Fresh, which is a tuple, without asking it to check its arguments."""
        cdef PyTypeObject *type_ = <PyTypeObject *>self.fresh
        cdef object values = (occurred_at, PyBytes_FromStringAndSize(<const char *>id_, UUID_BYTES), event, case_flags)
        cdef object made = type_.tp_alloc(type_, 4)
        cdef Py_ssize_t place
        cdef object held
        for place in range(4):
            held = (<tuple>values)[place]
            Py_INCREF(held)
            PyTuple_SET_ITEM(made, place, held)  # takes the reference over
        return made

    cdef void write_kept(self, uint8_t *out) noexcept:
        cdef uint8_t *texts = out + self.fixed_size
        cdef int place
        cdef Field *field
        cdef Value *value
        cdef uint8_t *there
        cdef uint16_t length
        cdef int64_t whole
        cdef int32_t days
        cdef double real
        for place in range(self.count):
            field, value = &self.fields[place], &self.values[place]
            if field.kept_at < 0:
                continue
            there = out + field.kept_at
            if field.kept_as == c"H":
                length = NULL_TEXT if value.null else value.size
                memcpy(there, &length, 2)
                if not value.null:
                    memcpy(texts, value.text, value.size)
                    texts += value.size
            elif field.kept_as == c"B":
                there[0] = NULL_BYTE if value.null else value.whole
            elif field.kept_as == c"d":
                real = NAN if value.null else value.real
                memcpy(there, &real, 8)
            elif field.kept_as == c"i":
                days = NULL_DATE if value.null else value.whole
                memcpy(there, &days, 4)
            else:
                whole = NULL_LONG if value.null else value.whole
                memcpy(there, &whole, 8)

    cdef int write_values(self) except -1:
        """Write the values as Python writes a list of them, without recorded_at and without the nulls at the end."""
        cdef int place = 0, last = self.count - 1
        while last >= 0 and (self.values[last].null or self.fields[last].is_inner or self.fields[last].role == RECORDED_AT):
            last -= 1
        self.buffer.size = 0
        self.buffer.add(b"[", 1)
        while place <= last:
            if self.fields[place].role != RECORDED_AT:
                if place:
                    self.buffer.add(b", ", 2)
                if self.fields[place].kind == RECORD and not self.values[place].null:
                    self.write_record(place)
                else:
                    self.write_value(&self.fields[place], &self.values[place])
            place += 1 + self.fields[place].inner
        self.buffer.add(b"]", 1)
        return True

    cdef int write_record(self, int place) except -1:
        """Write a nested record as Python writes a dictionary."""
        cdef int inner
        cdef bytes label
        self.buffer.add(b"{", 1)
        for inner in range(place + 1, place + 1 + self.fields[place].inner):
            if inner > place + 1:
                self.buffer.add(b", ", 2)
            label = <bytes><object>self.fields[inner].label
            self.buffer.add(PyBytes_AS_STRING(label), PyBytes_GET_SIZE(label))
            self.write_value(&self.fields[inner], &self.values[inner])
        return self.buffer.add(b"}", 1)

    cdef int write_value(self, Field *field, Value *value) except -1:
        cdef Buffer buffer = self.buffer
        cdef char *digits
        cdef bytes symbol
        if value.null:
            return buffer.add(b"None", 4)
        if field.kind == UUID or (field.kind == TEXT and value.form):
            buffer.add(b"'", 1)
            buffer.add(value.text, value.size)
            return buffer.add(b"'", 1)
        if field.kind == TEXT:
            return self.write_text(value)
        if field.kind == LONG:
            return buffer.add_digits(value.whole, 0)
        if field.kind == BOOLEAN:
            return buffer.add(b"True", 4) if value.whole else buffer.add(b"False", 5)
        if field.kind == ENUM:
            symbol = (<tuple><object>field.written)[value.whole]
            return buffer.add(PyBytes_AS_STRING(symbol), PyBytes_GET_SIZE(symbol))
        if field.kind == DECIMAL:
            buffer.add(b"Decimal('", 9)
            buffer.add_digits(value.whole, field.scale)
            return buffer.add(b"')", 2)
        digits = PyOS_double_to_string(value.real, c"r", 0, Py_DTSF_ADD_DOT_0, NULL)
        try:
            return buffer.add(digits, len(digits))
        finally:
            PyMem_Free(digits)

    cdef int write_text(self, Value *value) except -1:
        cdef Py_ssize_t size = 0
        written = repr(PyUnicode_DecodeUTF8(<const char *>value.text, value.size, NULL))
        cdef const char *utf8 = PyUnicode_AsUTF8AndSize(written, &size)
        return self.buffer.add(utf8, size)


cdef bint within(Field *field, int64_t number) noexcept nogil:
    return not (field.has_least and number < field.least) and not (field.has_most and number > field.most)


cdef class QuickReader:
    """The forms of a topic's schemas, by their ids."""

    cdef dict forms

    def __init__(self):
        self.forms = {}

    def put(self, int schema_id, form: Form | None):
        """Read the events of a schema by this form; by none, always the long way."""
        self.forms[schema_id] = form

    def knows(self, int schema_id):
        """Say whether `put` was called for a schema."""
        return schema_id in self.forms

    def read(self, value, key, int64_t timestamp, int64_t arrived_seconds, int64_t offset):
        """Return (plan, the case's key, the event) of a plain event; None for any other.

        `timestamp` is Kafka's in ms, `arrived_seconds` when the record came.
        """
        cdef const uint8_t *header
        cdef Form form
        if type(value) is not bytes or type(key) is not bytes or PyBytes_GET_SIZE(value) < HEADER_BYTES:
            return None
        if (timestamp < 0 or timestamp // 1000 > 0xFFFFFFFF or arrived_seconds < 0 or arrived_seconds > 0xFFFFFFFF
                or offset < 0 or offset >> OFFSET_BITS):
            return None
        header = <const uint8_t *>PyBytes_AS_STRING(value)
        if header[0]:
            return None
        found = self.forms.get(<uint32_t>header[1] << 24 | header[2] << 16 | header[3] << 8 | header[4])
        if found is None:
            return None
        form = <Form>found
        return form.read(value, key, timestamp, arrived_seconds, offset)


cdef double NAN = float("nan")
