"""From a cell's text to a value of a kind. Every converter returns the value or raises RowRefused; none guesses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from producers.importer.table import RowRefused
from producers.importer.time_format import time_parser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from producers.importer.mapping import Clean, Kind

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
_MILLISECOND: Final = timedelta(milliseconds=1)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
_INTEGER: Final = re.compile(r"[+-]?\d{1,19}(?:\.0+)?", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[+-]?\d(?:\.\d+)?E[+-]\d{1,3}", re.ASCII | re.IGNORECASE)
_FORMULA: Final = re.compile(r"=\s*[A-Za-z_.]+\s*\(|#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_SPACES: Final = re.compile(r"\s+")
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
_HALF_WIDTH: Final = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "是"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "否"})
_LONG: Final = 1 << 63
_INT: Final = 1 << 31

CLEANERS: Final[Mapping[Clean, Callable[[str], str]]] = {
    "trim": str.strip,
    "half_width": lambda text: text.translate(_HALF_WIDTH),
    "collapse_spaces": lambda text: _SPACES.sub(" ", text).strip(),
    "digits_only": lambda text: _NOT_DIGITS.sub("", text),
    "lower": str.lower,
    "upper": str.upper,
}


def refuse_spreadsheet_damage(text: str, *, column: str = "") -> None:
    """Raise RowRefused for what a spreadsheet makes of a code (3.30521E+11), and for formulas and their errors.

    Such a cell no longer holds what was entered; it is refused, not guessed.
    """
    if _SCIENTIFIC.fullmatch(text):
        raise RowRefused("scientific", column=column, value=text)
    if text[0] in "=#" and _FORMULA.match(text):
        raise RowRefused("formula", column=column, value=text)


def looks_damaged(text: str) -> bool:
    """Quick look whether `refuse_spreadsheet_damage` need be asked at all."""
    return text[0] in "=#" or ("E" in text or "e" in text) and text[0] in "+-0123456789"  # noqa: RUF021


class TimeConverter:
    """Texts of local times to ms since the epoch, by the formats given or ISO 8601.

    A time that the clock change repeats or skips is refused, unless `ambiguous` / `nonexistent` decide. A text that
    states its own offset needs no zone.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        formats: Sequence[str],
        *,
        ambiguous: Literal["refuse", "earlier", "later"],
        nonexistent: Literal["refuse", "shift"],
    ) -> None:
        self._zone = zone
        self._parsers = [time_parser(form) for form in formats]
        self._ambiguous = ambiguous
        self._nonexistent = nonexistent

    def __call__(self, text: str) -> int:
        """Return the time in ms since the epoch."""
        local = self._parsed(text)
        if local.tzinfo is None:
            local = self._placed(local, text)
        return (local - _EPOCH) // _MILLISECOND

    def day(self, text: str) -> int:
        """Return a date as days since the epoch; of a time, the day it is written with."""
        return self._parsed(text).toordinal() - _DAY_ZERO

    def _parsed(self, text: str) -> datetime:
        for parse in self._parsers:
            try:
                return parse(text)
            except ValueError:
                continue
        if _ISO.fullmatch(text):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass
        raise RowRefused("time", value=text)

    def _placed(self, local: datetime, text: str) -> datetime:
        placed = local.replace(tzinfo=self._zone)
        first, second = placed.utcoffset(), placed.replace(fold=1).utcoffset()
        if first == second or first is None or second is None:
            return placed
        if first > second:
            if self._ambiguous == "refuse":
                raise RowRefused("time_ambiguous", value=text)
            return placed.replace(fold=1 if self._ambiguous == "later" else 0)
        if self._nonexistent == "refuse":
            raise RowRefused("time_nonexistent", value=text)
        return placed


def to_integer(text: str) -> int:
    """Return a whole number of 64 bits; 12.0 is one, 3.3E+11 is not."""
    if _INTEGER.fullmatch(text):
        number = int(text.partition(".")[0])
        if -_LONG <= number < _LONG:
            return number
    raise RowRefused("integer", value=text)


def to_number(text: str) -> float:
    """Return a decimal fraction; thousands may be grouped by commas."""
    return float(_plain_number(text))


def to_decimal(text: str) -> Decimal:
    """Return a number exactly as it is written; digits may be full-width, thousands grouped by commas.

    A unit beside it (万元, ¥, %) is refused: nobody knows here what the record's unit is.
    """
    try:
        return Decimal(_plain_number(text.translate(_HALF_WIDTH)))
    except RowRefused:
        raise RowRefused("decimal", value=text) from None


def to_boolean(text: str) -> bool:
    """Return true for true, t, yes, y, 1, 是 and false for false, f, no, n, 0, 否; anything else needs a table."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise RowRefused("boolean", value=text)


def to_text(text: str) -> str:
    """Return the text as it is."""
    return text


def converters(times: TimeConverter) -> dict[Kind, Callable[[str], Any]]:
    """Return the converter of every kind."""
    return {
        "text": to_text,
        "integer": to_integer,
        "number": to_number,
        "decimal": to_decimal,
        "boolean": to_boolean,
        "time": times,
        "date": times.day,
    }


def _plain_number(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    raise RowRefused("number", value=text)
