"""Whether a new version of a record and an old one can each read what the other wrote (FULL), and why not.

Stricter than Avro in three things, because the events stay for years: an enum symbol never goes away (Avro would read
it as the default), a logical type never changes (the number would mean another time), a privacy tag is never loosened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from schemas.decimals import DecimalForm

PRIVACY: Final = ("none", "quasi", "free_text", "sensitive", "direct")
"""The privacy tags, loosest first."""

_LOGICAL: Final = ("logicalType", "precision", "scale", "size")


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that breaks compatibility: where (`resident.phone`, empty for the record), in both languages."""

    field: str
    zh: str
    en: str


def breaks(old: Mapping[str, Any], new: Mapping[str, Any], path: str = "") -> list[Break]:
    """Return everything that keeps two versions of a record from reading each other; empty when they are compatible."""
    found = []
    if old.get("name") != new.get("name") or old.get("namespace") != new.get("namespace"):
        found.append(Break(path, f"记录由 {old.get('name')} 改名为 {new.get('name')}", "the record was renamed"))
    before = {field["name"]: field for field in old["fields"]}
    after = {field["name"]: field for field in new["fields"]}
    for name, field in before.items():
        place = f"{path}{name}"
        if name not in after:
            if "default" not in field:
                found.append(
                    Break(
                        place,
                        "删去了没有默认值的字段，旧程序读不了新事件",
                        "a field without default was removed: old readers need it",
                    )
                )
            continue
        found += _type_breaks(field["type"], after[name]["type"], place)
        found += _privacy_breaks(field, after[name], place)
    found += [
        Break(
            f"{path}{name}",
            "新增字段没有默认值，新程序读不了旧事件",
            "a new field needs a default, or old events cannot be read",
        )
        for name, field in after.items()
        if name not in before and "default" not in field
    ]
    return found


def _type_breaks(old: Any, new: Any, place: str) -> list[Break]:
    old_kind, new_kind = _kind(old), _kind(new)
    if old_kind != new_kind:
        return [Break(place, f"类型由 {old_kind} 改为 {new_kind}", f"the type changed from {old_kind} to {new_kind}")]
    if isinstance(old, list):
        return [found for one, other in _branches(old, new) for found in _type_breaks(one, other, place)]
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        match old["type"]:
            case "record":
                return breaks(old, new, f"{place}.")
            case "enum":
                return _enum_breaks(old, new, place)
            case "array" | "map" as kind:
                inside = "items" if kind == "array" else "values"
                return _type_breaks(old[inside], new[inside], f"{place}[]")
    return _logical_breaks(old, new, place)


def _branches(old: list[Any], new: list[Any]) -> list[tuple[Any, Any]]:
    by_kind = {_kind(branch): branch for branch in new}
    return [(branch, by_kind[_kind(branch)]) for branch in old]


def _kind(avro_type: Any) -> str:
    """Return what must be equal for a type: its plain name; for a union the set of its branches."""
    if isinstance(avro_type, list):
        return "[" + ", ".join(sorted(_kind(branch) for branch in avro_type)) + "]"
    if isinstance(avro_type, Mapping):
        kind = str(avro_type["type"])
        return f"{kind} {avro_type['name']}" if "name" in avro_type else kind
    return str(avro_type)


def _logical_breaks(old: Any, new: Any, place: str) -> list[Break]:
    before = {key: old[key] for key in _LOGICAL if key in old} if isinstance(old, Mapping) else {}
    after = {key: new[key] for key in _LOGICAL if key in new} if isinstance(new, Mapping) else {}
    form, other = DecimalForm.of(old), DecimalForm.of(new)
    if form is not None and other is not None:
        return list(_decimal_breaks(form, other, place))
    if before == after:
        return []
    return [Break(place, f"逻辑类型由 {before} 改为 {after}", f"the logical type changed from {before} to {after}")]


def _decimal_breaks(old: DecimalForm, new: DecimalForm, place: str) -> Iterator[Break]:
    """Both belong to the number itself: with another scale the same bytes are another amount of money."""
    for zh, en, before, after in (
        ("总位数（precision）", "precision", old.precision, new.precision),
        ("小数位数（scale）", "scale", old.scale, new.scale),
    ):
        if before != after:
            yield Break(
                place,
                f"金额的{zh}由 {before} 改为 {after}，请另加字段",
                f"the decimal's {en} changed from {before} to {after}: add another field instead",
            )


def _enum_breaks(old: Mapping[str, Any], new: Mapping[str, Any], place: str) -> list[Break]:
    gone = [symbol for symbol in old["symbols"] if symbol not in new["symbols"]]
    added = [symbol for symbol in new["symbols"] if symbol not in old["symbols"]]
    found = []
    if gone:
        names = ", ".join(gone)
        found.append(Break(place, f"枚举值被删去或改名：{names}", f"enum symbols removed or renamed: {names}"))
    if added and "default" not in old:
        names = ", ".join(added)
        found.append(
            Break(
                place,
                f"旧版枚举没有默认值，不能增加：{names}",
                f"the old enum has no default, so it cannot grow: {names}",
            )
        )
    if "default" in old and "default" not in new:
        found.append(Break(place, "枚举的默认值被删去", "the enum's default was removed"))
    return found


def _privacy_breaks(old: Mapping[str, Any], new: Mapping[str, Any], place: str) -> list[Break]:
    before, after = old.get("privacy"), new.get("privacy")
    if before not in PRIVACY or after not in PRIVACY or PRIVACY.index(after) >= PRIVACY.index(before):
        return []
    return [
        Break(place, f"隐私标签由 {before} 放宽为 {after}", f"the privacy tag was loosened from {before} to {after}")
    ]
