"""Which keys of a contract each kind of indicator has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.catalogue.indicator_entries import ContractEntry


class Keys(NamedTuple):
    """The keys a kind needs, and those it may have beside them; of the keys that are not every kind's it has no other."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ("exclude", "dimensions")


KEYS: Final[Mapping[str, Keys]] = {
    "count": Keys(("case", "over", "anchor")),
    "share": Keys(("case", "over", "anchor", "numerator")),
    "sum": Keys(("case", "over", "anchor", "value")),
    "mean": Keys(("case", "over", "anchor", "value"), ("weight", "exclude", "dimensions")),
    "quantile": Keys(("case", "over", "anchor", "value", "quantile")),
    "stock": Keys(("case", "over", "enter", "leave"), ("value", "exclude", "dimensions")),
    "coverage": Keys(("case", "over", "anchor", "covers"), ("value", "at_least", "exclude", "dimensions")),
    "distinct": Keys(("case", "over", "anchor", "counts"), ("at_least", "exclude")),
    "derived": Keys(("expression",), ("dimensions",)),
    "index": Keys(("parts", "minimum_weight"), ("veto",)),
}

_SPECIAL: Final = tuple(dict.fromkeys(key for keys in KEYS.values() for key in (*keys.needed, *keys.optional)))


def key_problems(entry: ContractEntry) -> Iterator[tuple[str, ...]]:
    """Yield what is wrong, what is allowed and, where it is written, the key: a key too few or one too many."""
    keys, kind = KEYS[entry.kind], entry.kind
    allowed = ", ".join((*keys.needed, *keys.optional))
    for key in keys.needed:
        if not _given(entry, key):
            yield f"{kind} 需要 {key} / {a(kind)} needs `{key}`", allowed
    for key in _SPECIAL:
        if key not in keys.needed and key not in keys.optional and _given(entry, key):
            yield f"{kind} 没有 {key} / {a(kind)} has no `{key}`", allowed, key


def a(kind: str) -> str:
    """Return the kind with its article, as English has it."""
    return f"an {kind}" if kind == "index" else f"a {kind}"


def _given(entry: ContractEntry, key: str) -> bool:
    return getattr(entry, key) not in (None, ())
