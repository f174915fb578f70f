"""The mapping language, as data: what a YAML file may say about how rows become events. README.md explains it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Kind = Literal["text", "integer", "number", "boolean", "time", "date", "decimal"]
Clean = Literal["trim", "half_width", "collapse_spaces", "digits_only", "lower", "upper"]
Scalar = str | int | float | bool

COMPARISONS = ("before", "not_before", "after", "not_after")


def _many(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _named(value: Any) -> Any:
    """`field: NAME` is short for `field: {value: NAME}`."""
    return {"value": value} if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=False)


class Condition(_Part):
    """One test of one value (or column); a null passes `is: absent` only."""

    value: str
    is_: Literal["present", "absent"] | None = Field(default=None, alias="is")
    equals: Scalar | None = None
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    before: str | None = None
    not_before: str | None = None
    after: str | None = None
    not_after: str | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = (self.is_, self.equals, self.in_, *(getattr(self, name) for name in COMPARISONS))
        if sum(test is not None for test in tests) != 1:
            raise ValueError("恰好写一种判断 / exactly one of: is, equals, in, before, not_before, after, not_after")
        return self


Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_many)]
Names = Annotated[tuple[str, ...], BeforeValidator(_many)]


class Value(_Part):
    """Where a value comes from (one of column, value, constant, fields) and what is done to it."""

    column: Names | None = None
    value: str | None = None
    constant: Scalar | None = None
    fields: dict[str, NamedValue] | None = None
    as_: Kind | None = Field(default=None, alias="as")
    clean: tuple[Clean, ...] = ()
    table: str | None = None
    default: Scalar | None = None
    when: Conditions = ()

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = (self.column, self.value, self.constant, self.fields)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError("恰好写一种来源 / exactly one of: column, value, constant, fields")
        return self


NamedValue = Annotated[Value, BeforeValidator(_named)]


class CodeTable(_Part):
    """Code to value; what is not in it is refused, unless there is a default."""

    values: dict[str, Scalar]
    default: Scalar | None = None


class FileSection(_Part):
    """How the file is written; the defaults find out."""

    encoding: Literal["auto", "utf-8", "gb18030"] = "auto"
    delimiter: str = Field(default="auto", pattern=r"^(auto|[^\"\r\n])$")
    sheet: str | None = None
    header_line: int = Field(default=1, ge=1, le=1000)


class TimeSection(_Part):
    """How times are written. ISO 8601 (2026-03-01 08:30:00) is always understood as well."""

    zone: str
    formats: Names = ()
    ambiguous: Literal["refuse", "earlier", "later"] = "refuse"
    nonexistent: Literal["refuse", "shift"] = "refuse"


class PlaceSection(_Part):
    """Where the case is at home: codes, names or aliases of the place table."""

    table: str
    township: NamedValue | None = None
    village: NamedValue | None = None
    default: str | None = None
    unknown_village: Literal["refuse", "drop"] = "refuse"

    @model_validator(mode="after")
    def _one_level(self) -> Self:
        if self.township is None and self.village is None:
            raise ValueError("至少写 township 或 village / at least one of: township, village")
        return self


class RowRule(_Part):
    """A row for which all conditions hold is refused, with this reason."""

    when: Conditions = Field(min_length=1)
    reason: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Event(_Part):
    """One event a row may give."""

    record: str
    at: NamedValue
    when: Conditions = ()
    fields: dict[str, NamedValue] = {}


class Mapping(_Part):
    """A mapping file."""

    source: str = Field(pattern=r"^[^|\x00-\x1f]+$", max_length=100)
    domain: str
    file: FileSection = FileSection()
    row_key: Names = Field(min_length=1)
    repeated_key: Literal["refuse", "last_wins"] = "refuse"
    time: TimeSection
    clean: tuple[Clean, ...] = ("trim",)
    null_values: tuple[str, ...] = ()
    tables: dict[str, CodeTable] = {}
    place: PlaceSection
    values: dict[str, NamedValue] = {}
    envelope: dict[Literal["department", "recorded_at"], NamedValue]
    personal: tuple[str, ...] = ()
    refuse: tuple[RowRule, ...] = ()
    events: tuple[Event, ...] = Field(min_length=1)
