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
        scale, largest = details.get("scale", 0), 10 ** details["precision"] - 1
        return st.integers(-largest, largest).map(lambda unscaled: Decimal(unscaled).scaleb(-scale))
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
    "fixed": lambda fixed: st.binary(min_size=fixed["size"], max_size=fixed["size"]),
    "map": lambda mapping: st.dictionaries(texts, values(mapping["values"]), max_size=4),
}

names = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
DECIMALS = [
    {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    for precision, scale in ((18, 2), (18, 0), (18, 18), (9, 4), (1, 0))
]
TIME = {"type": "long", "logicalType": "timestamp-millis"}


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    """Any record schema of the kinds we write: nullable, nested, arrays, maps, enums, money, times."""
    counter = iter(range(1000))

    def avro_type(depth: int) -> Any:
        plain = [*(kind for kind in PRIMITIVES if kind != "null"), *DECIMALS, TIME]
        kind = draw(st.sampled_from([*plain, "fixed", "enum", *(["record", "array", "map"] if depth < 3 else [])]))
        match kind:
            case "enum":
                symbols = draw(st.lists(names, min_size=1, max_size=5, unique=True))
                return {"type": "enum", "name": f"E{next(counter)}", "symbols": symbols, "default": symbols[0]}
            case "fixed":
                return {"type": "fixed", "name": f"F{next(counter)}", "size": draw(st.integers(1, 9))}
            case "record":
                return {"type": "record", "name": f"R{next(counter)}", "fields": fields(depth + 1, at_least=1)}
            case "array":
                return {"type": "array", "items": maybe_null(depth + 1)}
            case "map":
                return {"type": "map", "values": maybe_null(depth + 1)}
            case _:
                return kind

    def maybe_null(depth: int) -> Any:
        return ["null", avro_type(depth)] if draw(st.booleans()) else avro_type(depth)

    def fields(depth: int, at_least: int) -> list[dict[str, Any]]:
        chosen = draw(st.lists(names, min_size=at_least, max_size=4, unique=True))
        made = [{"name": name, "type": maybe_null(depth)} for name in chosen]
        return [{**each, "default": None} if isinstance(each["type"], list) else each for each in made]

    return {"type": "record", "name": "Thing", "namespace": "xiangmai.test", "fields": fields(0, at_least=0)}
