"""Personal data on its way into the log: numbers in free text are replaced, direct identifiers become pseudonyms.

Free text (fields tagged `free_text`): every number found is replaced whole by its kind, 〔身份证号〕 〔手机号〕
〔银行卡号〕 〔位置坐标〕. Nothing of it is kept, not even the ends: the log is kept for years, and the first six digits
of an identity number are a birthplace. (Forms like 138****5678 are for screens that get the number from elsewhere; they
are never made from the log.)

Direct identifiers (fields tagged `direct`): `p:` and the first 128 bits of HMAC-SHA256 under the county's key. The same
person stays the same pseudonym, so that cases can be joined; without the key nobody can try names against it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PSEUDONYM_PREFIX: Final = "p:"
_PSEUDONYM: Final = re.compile(r"p:[A-Za-z0-9_-]{22}").fullmatch
_PSEUDONYM_BYTES: Final = 16

# Full-width digits and letters look the same to a reader; one character each, so that places in the text stay.
_NARROW: Final = str.maketrans("０１２３４５６７８９Ｘｘ．，－＋　（）", "0123456789Xx.,-+ ()")

_DIGIT: Final = re.compile("[0-9０-９]").search

_IDENTITY_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS: Final = "10X98765432"
_COORDINATE_DECIMALS: Final = 4
_LUHN_NINE: Final = 9
_LATITUDE: Final = 90
_LONGITUDE: Final = 180


class Masked(NamedTuple):
    """Text with the numbers of persons replaced, and the kinds that were found, in the order they were looked for."""

    text: str
    kinds: tuple[str, ...]


class _Kind(NamedTuple):
    name: str
    shown: str
    pattern: re.Pattern[str]
    is_one: Callable[[re.Match[str]], bool]


def mask(text: str) -> Masked:
    """Replace the numbers of persons in a text.

    They are: 18-digit identity numbers with a right check digit, bank card numbers (16 to 19 digits, Luhn), mobile
    numbers, and pairs of coordinates with 4 decimals or more. Digits may be full-width and may be grouped by single
    spaces or hyphens. Everything else stays as it is; masking again changes nothing.
    """
    kinds: list[str] = []
    if not _DIGIT(text):  # most texts: every kind of number has digits
        return Masked(text, ())
    for kind in _KINDS:
        narrow = text.translate(_NARROW)
        found = [match.span() for match in kind.pattern.finditer(narrow) if kind.is_one(match)]
        if not found:
            continue
        kinds.append(kind.name)
        for start, end in reversed(found):
            text = text[:start] + kind.shown + text[end:]
    return Masked(text, tuple(kinds))


def pseudonymise(value: str, key: bytes) -> str:
    """Return the pseudonym of a name or number; spellings that differ only in width or spaces give the same.

    What already has the form of a pseudonym stays, so that an event read from the log can be sent again.
    """
    if _PSEUDONYM(value):
        return value
    plain = "".join(unicodedata.normalize("NFKC", value).split())
    digest = hmac.new(key, plain.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return PSEUDONYM_PREFIX + urlsafe_b64encode(digest[:_PSEUDONYM_BYTES]).rstrip(b"=").decode()


class Protection:
    """What must be done to the events of a record before they are sent; made once, from its privacy tags."""

    def __init__(self, schema: Mapping[str, Any], key: bytes) -> None:
        self._key = key
        self._steps = _steps(schema)

    def apply(self, event: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the event, masked and with pseudonyms, and the kinds of numbers found in its text.

        The event given is not changed.
        """
        kinds: list[str] = []
        protected = _protected(event, self._steps, self._key, kinds)
        return protected, tuple(dict.fromkeys(kinds))


_Steps = tuple[tuple[str, str, Any], ...]


def _steps(schema: Mapping[str, Any]) -> _Steps:
    """Return (field, what to do, steps inside) for each field that needs something done."""
    steps: list[tuple[str, str, Any]] = []
    for field in schema["fields"]:
        branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
        privacy = field.get("privacy")
        for branch in branches:
            details = branch if isinstance(branch, dict) else {"type": branch}
            items = details.get("items")
            if details["type"] == "record":
                steps.append((field["name"], "record", _steps(details)))
            elif isinstance(items, dict) and items.get("type") == "record":
                steps.append((field["name"], "records", _steps(items)))
            elif privacy in ("free_text", "direct") and "string" in (details["type"], items):
                steps.append((field["name"], privacy, None))
    return tuple(step for step in steps if step[1] not in ("record", "records") or step[2])


def _protected(event: Mapping[str, Any], steps: _Steps, key: bytes, kinds: list[str]) -> dict[str, Any]:
    result = dict(event)
    for name, action, inside in steps:
        value = result.get(name)
        if value is None:
            continue
        if action in ("record", "records"):
            if isinstance(value, dict):
                result[name] = _protected(value, inside, key, kinds)
            elif isinstance(value, list):
                result[name] = [
                    _protected(part, inside, key, kinds) if isinstance(part, dict) else part for part in value
                ]
        elif isinstance(value, list):
            result[name] = [_protect_text(part, action, key, kinds) for part in value]
        else:
            result[name] = _protect_text(value, action, key, kinds)
    return result


def _protect_text(value: Any, action: str, key: bytes, kinds: list[str]) -> Any:
    if not isinstance(value, str):
        return value  # of the wrong type: the encoder refuses it by name
    if action == "direct":
        return pseudonymise(value, key)
    masked = mask(value)
    kinds.extend(masked.kinds)
    return masked.text


def _digits(match: re.Match[str]) -> str:
    return "".join(character for character in match[0] if character.isalnum()).upper()


def _is_identity_number(match: re.Match[str]) -> bool:
    digits = _digits(match)
    month, day = int(digits[10:12]), int(digits[12:14])
    weighed = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, digits, strict=False))
    return digits[-1] == _IDENTITY_CHECKS[weighed % 11] and month in range(1, 13) and day in range(1, 32)


def _is_bank_card(match: re.Match[str]) -> bool:
    total = 0
    for index, digit in enumerate(reversed(_digits(match))):
        number = int(digit) * (1 + index % 2)
        total += number - _LUHN_NINE if number > _LUHN_NINE else number
    return total % 10 == 0 and total > 0


def _is_position(match: re.Match[str]) -> bool:
    first, second = abs(float(match["first"])), abs(float(match["second"]))
    return min(first, second) <= _LATITUDE and max(first, second) <= _LONGITUDE


def _always(match: re.Match[str]) -> bool:
    return bool(match)


_DECIMAL: Final = rf"[-+]?[0-9]{{1,3}}\.[0-9]{{{_COORDINATE_DECIMALS},}}"
_KINDS: Final = (
    _Kind(
        "resident_id",
        "〔身份证号〕",
        re.compile(r"(?<![0-9])[1-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9A-Za-z])"),
        _is_identity_number,
    ),
    _Kind("bank_card", "〔银行卡号〕", re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){15,18}(?![0-9])"), _is_bank_card),
    _Kind(
        "phone",
        "〔手机号〕",
        re.compile(r"(?:(?<![0-9])|(?<=\+86)|(?<=\+86[ -]))1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])"),
        _always,
    ),
    _Kind(
        "position",
        "〔位置坐标〕",
        re.compile(rf"(?<![0-9.])(?P<first>{_DECIMAL})\s*[,、;/ ]\s*(?P<second>{_DECIMAL})(?![0-9.])"),
        _is_position,
    ),
)
