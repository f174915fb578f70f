"""Folding: packed events of a case into its state, by a function generated from the catalogue.

Only effective events take part: those no event of the case names in `corrects`, and no voids. They come in
(occurred_at, event_id) order, which is how they are packed. An event breaking an `at_most_once` rule takes no part
either, and is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.expression_numbers import LARGEST_LONG
from schemas.catalogue.expression_python import PythonWriter, compile_function, helpers, variable
from schemas.decimals import LARGEST
from streams.layouts import NULL_DATE, NULL_LONG, NULL_TEXT
from streams.packing import CORRECTED, HEADER_SIZE, NO_VILLAGE, TOLD, VOID_INDEX, corrected_ids

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.calendar import Calendar
    from schemas.catalogue.model import CaseDefinition, CaseField
    from streams.layouts import KeptEvent, Layout

State = tuple[Any, ...]
"""(event_count, newest_event_at, village, opened, offenders, *the case's fields in order).

village is the number within the township or None; opened says whether an opening event took part; offenders are the
events left out by a rule and not yet told.
"""

COUNT, NEWEST, VILLAGE, OPENED, OFFENDERS, FIELDS = range(6)
"""Where these stand in a State; the fields begin at FIELDS."""


class Offender(NamedTuple):
    """An event that breaks a rule of its case, since both it and the one it repeats are here (s)."""

    rule: str
    event_id: bytes
    since_seconds: int


def compile_fold(case: CaseDefinition, layout: Layout, calendar: Calendar) -> Callable[[bytes], State]:
    """Return the function packed case -> State. The bytes must be in this layout."""
    return _FoldWriter(case, layout, calendar).function()


_SMALL: Final = 256


class _FoldWriter:
    """Writes the function. Case fields being folded are `v_<name>`, the fields of the event at hand `f_<name>`."""

    def __init__(self, case: CaseDefinition, layout: Layout, calendar: Calendar) -> None:
        self._case = case
        self._layout = layout
        self._writer = PythonWriter()
        self._bound: dict[str, Any] = {**helpers(calendar), "corrected_ids": corrected_ids, "Offender": Offender}

    def function(self) -> Callable[[bytes], State]:
        lines = [*self._beginning(), *self._loop(), *self._end()]
        return compile_function(
            "packed", "\n".join(f"    {line}" for line in lines), self._bound, f"fold_{self._case.name}"
        )

    def _beginning(self) -> list[str]:
        lines = [
            f"at, end, count, newest, village, opened, offenders = {HEADER_SIZE}, len(packed), 0, 0, None, False, ()",
            f"named = corrected_ids(packed) if packed[5] & {CORRECTED} else ()",
        ]
        lines += [f"v_{field.name} = {_start(field)}" for field in self._folded()]
        return lines + [f"r_{rule.name} = None" for rule in self._case.at_most_once]

    def _loop(self) -> list[str]:
        lines = ["while at < end:", "    index = packed[at + 2]"]
        for event in self._layout.events:
            lines.append(f"    {'if' if event.index == 0 else 'elif'} index == {event.index}:")
            lines += [f"        {line}" for line in self._event(event)]
        return [
            *lines,
            "    else:",
            f"        # {VOID_INDEX}: a void only takes another event out",
            "        at += packed[at] | packed[at + 1] << 8",
        ]

    def _event(self, event: KeptEvent) -> list[str]:
        self._bound[f"unpack_{event.index}"] = event.struct.unpack_from
        fields = "".join(f", {variable(field.name)}" for field in event.fields)
        lines = [
            f"size, _, flags, id_, f_occurred_at, _, arrived, _, _, _, number{fields} = unpack_{event.index}(packed, at)",
            "if id_ in named:",
            "    at += size",
            "    continue",
            *self._rules(event),
            "count += 1",
            "newest = f_occurred_at",
            f"if number != {NO_VILLAGE}: village = number",
        ]
        if event.name == self._case.opens_with:
            lines.append("opened = True")
        return [*lines, *self._values(event), *self._statements(event), "at += size"]

    def _rules(self, event: KeptEvent) -> list[str]:
        """Judge every rule by the effective events alone, so that neither their order nor another rule makes a difference."""
        rules = self._case.at_most_once
        lines = [f"r_{rule.name} = None" for rule in rules if rule.until == event.name]
        own = [f"r_{rule.name}" for rule in rules if rule.event == event.name]
        if own:
            lines.append("broken = None")
            for first in own:
                rule = first.removeprefix("r_")
                lines += [
                    f"if {first} is None: {first} = arrived",
                    f"elif broken is None: broken = Offender({rule!r}, id_, max(arrived, {first}))",
                ]
            lines += [
                "if broken is not None:",
                f"    if not flags & {TOLD}: offenders += (broken,)",
                "    at += size",
                "    continue",
            ]
        return lines

    def _values(self, event: KeptEvent) -> list[str]:
        """Turn what was unpacked into Python values, None for null."""
        lines, last_text = [], "at + " + str(event.struct.size)
        for field in event.fields:
            name = variable(field.name)
            match field.kind:
                case "string":
                    lines += [
                        f"start = {last_text}",
                        f"if {name} == {NULL_TEXT}: stop, {name} = start, None",
                        f"else: stop = start + {name}; {name} = packed[start:stop].decode()",
                    ]
                    last_text = "stop"
                case "enum" | "boolean":
                    symbols: tuple[Any, ...] = field.symbols or (False, True)
                    self._bound[f"s_{event.index}_{field.name}"] = symbols + (None,) * (_SMALL - len(symbols))
                    lines.append(f"{name} = s_{event.index}_{field.name}[{name}]")
                case "double":
                    lines.append(f"if {name} != {name}: {name} = None")
                case kind:
                    lines.append(f"if {name} == {NULL_DATE if kind == 'date' else NULL_LONG}: {name} = None")
        return lines

    def _statements(self, event: KeptEvent) -> list[str]:
        lines = []
        for field in self._folded():
            fold = field.fold
            if fold is None:
                continue
            if event.name in fold.cleared_by:
                lines.append(f"v_{field.name} = {_start(field)}")
            for source in fold.sources:
                if source.event == event.name:
                    value = variable(source.field) if source.field is not None else "None"
                    test = self._writer.truth(fold.where) if fold.where is not None else "True"
                    step = fold.sources.index(source)
                    statement = _STATEMENTS[fold.fold].format(v=f"v_{field.name}", f=value, test=test, step=step)
                    lines.append(statement if test == "True" or fold.fold == "all" else f"if {test}: {statement}")
        return lines

    def _end(self) -> list[str]:
        lines = [f"{variable(field.name)} = {_folded(field)}" for field in self._folded()]
        # Computed fields may read the village; its text is made where it is published.
        lines += ["f_event_count = count"]
        for field in self._case.fields:
            if field.expression is not None:
                lines.append(f"{variable(field.name)} = {self._writer.value(field.expression)}")
        fields = "".join(f", {variable(field.name)}" for field in self._case.fields)
        return [*lines, f"return (count, newest, village, opened, offenders{fields})"]

    def _folded(self) -> list[CaseField]:
        return [field for field in self._case.fields if field.fold is not None]


_STATEMENTS: Final = {
    "first": "{v} = {v} if {v} is not None else {f}",
    "last": "{v} = {f} if {f} is not None else {v}",
    "min": "{v} = {v} if {f} is None or ({v} is not None and {v} <= {f}) else {f}",
    "max": "{v} = {v} if {f} is None or ({v} is not None and {v} >= {f}) else {f}",
    "sum": "{v} += {f} or 0",
    "count": "{v} += 1",
    "all": "{v} = {v} and bool({test})",
    "any": "{v} = True",
    "steps": "{v} += {v} == {step}",
}


_STARTS: Final = {"sum": "0", "count": "0", "steps": "0", "any": "False", "all": "True"}


def _start(field: CaseField) -> str:
    return "None" if field.fold is None else _STARTS.get(field.fold.fold, "None")


def _folded(field: CaseField) -> str:
    """Return the folded value; null for a sum its type cannot hold."""
    name = f"v_{field.name}"
    if field.fold is None or field.fold.fold != "sum":
        return name
    least, largest = (-LARGEST, LARGEST) if field.type == "decimal" else (-LARGEST_LONG - 1, LARGEST_LONG)
    return f"{name} if {least} <= {name} <= {largest} else None"
