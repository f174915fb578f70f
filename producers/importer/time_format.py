"""strptime, compiled: the library reads its format and the locale anew at every call, which is a fifth of an import."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# The same alternatives in the same order as the standard library's, so that the same texts are read the same way.
_PATTERNS: Final[Mapping[str, str]] = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "d": r"(?P<d>3[01]|[12]\d|0[1-9]|[1-9]| [1-9])",
    "H": r"(?P<H>2[0-3]|[01]\d|\d)",
    "I": r"(?P<I>1[0-2]|0[1-9]|[1-9]| [1-9])",
    "M": r"(?P<M>[0-5]\d|\d)",
    "S": r"(?P<S>6[01]|[0-5]\d|\d)",
    "p": r"(?P<p>am|pm)",
    "%": "%",
}
_DIRECTIVE: Final = re.compile(r"%(.)|(\s+)|([^%\s]+)", re.DOTALL)
_NOON: Final = 12


def time_parser(form: str) -> Callable[[str], datetime]:
    """Return a function that reads local times of this format as `datetime.strptime` does; it raises ValueError.

    Formats with other directives than %Y %m %d %H %I %M %S %p are left to strptime itself.
    """
    pattern = ""
    seen: set[str] = set()
    for directive, spaces, text in _DIRECTIVE.findall(form):
        if directive:
            if directive not in _PATTERNS or directive in seen:
                return lambda value: datetime.strptime(value, form)  # noqa: DTZ007 - the zone is put on later
            seen.add(directive)
            pattern += _PATTERNS[directive]
        else:
            pattern += r"\s+" if spaces else re.escape(text)
    if {"H", "I"} <= seen or ("I" in seen) != ("p" in seen):
        return lambda value: datetime.strptime(value, form)  # noqa: DTZ007 - the zone is put on later
    match = re.compile(pattern, re.IGNORECASE).fullmatch

    def parse(value: str) -> datetime:
        found = match(value)
        if found is None:
            raise ValueError("the time is not of this format")
        part = found.groupdict("1")
        hour = int(part.get("H", 0))
        if "I" in part:
            hour = int(part["I"]) % _NOON + (_NOON if part["p"].casefold() == "pm" else 0)
        return datetime(  # noqa: DTZ001 - the zone is put on later
            int(part.get("Y", 1900)),
            int(part.get("m", 1)),
            int(part.get("d", 1)),
            hour,
            int(part.get("M", 0)),
            int(part.get("S", 0)),
        )

    return parse
