"""Typed cells of XLSX and Avro files as text, so that a mapping reads every kind of file alike."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def cell_text(value: Any) -> str:
    """Return the text: null is empty, whole numbers have no point, times are in ISO form, nested values are JSON."""
    return _BY_TYPE.get(type(value), str)(value)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _time(value: datetime | date | time) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()


def _nested(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)


def _empty(_: None) -> str:
    return ""


_BY_TYPE: Final[Mapping[type, Callable[[Any], str]]] = {
    NoneType: _empty,
    bool: _boolean,
    float: _number,
    datetime: _time,
    date: _time,
    time: _time,
    bytes: _nested,
    dict: _nested,
    list: _nested,
}
