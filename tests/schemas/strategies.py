"""Random events made from a schema, whatever the schema is: of the right types, not necessarily within the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 1 << 63
INT = 1 << 31

# Everything UTF-8 can carry: rare hanzi, emoji, right-to-left, NUL; not half characters.
texts = st.text(st.characters(codec="utf-8"), max_size=40)


def events(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({field["name"]: values(field["type"]) for field in schema["fields"]})


def values(avro_type: Any) -> st.SearchStrategy[Any]:
    if isinstance(avro_type, list):
        return st.one_of([values(branch) for branch in avro_type])
    details = avro_type if isinstance(avro_type, dict) else {"type": avro_type}
    if details.get("logicalType") == "decimal":
        scale = details.get("scale", 0)
        return st.integers(-(10 ** (details["precision"] - 1)), 10 ** (details["precision"] - 1)).map(
            lambda unscaled: Decimal(unscaled).scaleb(-scale)
        )
    kind = details["type"]
    return PRIMITIVES[kind] if kind in PRIMITIVES else COMPLEX[kind](details)


PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": st.integers(-INT, INT - 1),
    "long": st.integers(-LONG, LONG - 1),
    "float": st.floats(width=32, allow_nan=False),
    "double": st.floats(allow_nan=False),
    "bytes": st.binary(max_size=40),
    "string": texts,
}

COMPLEX: dict[str, Callable[[dict[str, Any]], st.SearchStrategy[Any]]] = {
    "record": events,
    "enum": lambda enum: st.sampled_from(enum["symbols"]),
    "array": lambda array: st.lists(values(array["items"]), max_size=4),
    "map": lambda mapping: st.dictionaries(texts, values(mapping["values"]), max_size=4),
}
