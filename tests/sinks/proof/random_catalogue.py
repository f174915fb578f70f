"""Random domains: a few records with a few fields, a case folded from them in every way, indicators of every kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemas.catalogue.expression import ExpressionRefused, Name, parse
from schemas.domain import SYSTEM_FOLDER
from tests.schemas.catalogue.test_expression_engines import Writer

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

ENVELOPE = json.loads((SYSTEM_FOLDER / "Envelope.avsc").read_text(encoding="utf-8"))["fields"]
RECORDS = ("Opened", "Moved", "Noted", "Closed")
SYMBOLS = ["red", "green", "blue"]
TYPES: dict[str, tuple[Any, str]] = {
    "number": ("long", "long"),
    "small": ("int", "long"),
    "ratio": ("double", "double"),
    "rough": ("float", "double"),
    "words": ("string", "string"),
    "colour": ({"type": "enum", "name": "Colour", "symbols": SYMBOLS}, "string"),
    "flag": ("boolean", "boolean"),
    "moment": ({"type": "long", "logicalType": "timestamp-millis"}, "timestamp"),
    "day": ({"type": "int", "logicalType": "date"}, "date"),
    "money": ({"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, "decimal"),
    "rate": ({"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4}, "decimal"),
    "other_id": ({"type": "string", "logicalType": "uuid"}, "string"),
}
"""Field name -> Avro type, type in the catalogue. Some names are those of columns and steps of our SQL."""
WORDS = {"zh": "随机", "en": "random"}
NUMBERS = ("long", "double", "decimal", "timestamp", "date")


class Expressions(Writer):
    """Random expressions over given names."""

    def __init__(self, rng: Random, names: dict[str, Name]) -> None:
        super().__init__(rng)
        self.names = names

    def leaf(self, type_: str) -> str:
        constants = {
            "long": ["0", "2", "3"],
            "double": ["0.5", "2.25"],
            "string": ["'水务'", "'b'"],
            "boolean": ["true"],
        }
        fields = [name for name, known in self.names.items() if known.type == type_]
        found = fields * 3 + constants.get(type_, [])
        if found:
            return self.rng.choice(found)
        if type_ == "decimal":
            raise ExpressionRefused("there is no decimal")
        return "toDate(occurred_at)" if type_ == "date" else "occurred_at"

    def of(self, type_: str, depth: int = 2) -> str:
        """Return one that the catalogue takes: comparing an enum with a text that is no symbol of it is refused."""
        while True:
            try:
                written = self.write(type_, depth)
                parse(written, self.names, type_)  # type: ignore[arg-type]
            except ExpressionRefused:
                continue
            return written


class Drawn:
    """A domain drawn at random; `write` puts it into a folder."""

    def __init__(self, rng: Random, name: str) -> None:
        self.rng = rng
        self.name = name
        self.records = {record: self._fields() for record in RECORDS}
        self.types: dict[str, Name] = {}

    def write(self, folder: Path) -> None:
        """Write the records and the catalogue."""
        home = folder / self.name
        home.mkdir(parents=True)
        for record, fields in self.records.items():
            own = [{"name": "thing_id", "type": "string", **WORDS, "privacy": "none"}, *fields.values()]
            schema = {"type": "record", "name": record, "namespace": f"xiangmai.{self.name}", **WORDS}
            text = json.dumps({**schema, "fields": ENVELOPE + own}, ensure_ascii=False)
            (home / f"{record}.avsc").write_text(text, encoding="utf-8")
        (home / "catalogue.yaml").write_text(
            json.dumps(self.catalogue(), ensure_ascii=False, indent=1), encoding="utf-8"
        )

    def catalogue(self) -> dict[str, Any]:
        """Return the catalogue; JSON is YAML."""
        case = {
            **WORDS,
            "id_field": "thing_id",
            "opens_with": "Opened",
            "events": [*RECORDS],
            "at_most_once": self._rules(),
            "fields": self._case_fields(),
        }
        indicators = {f"{self.name}_{kind}": self._indicator(kind) for kind in KINDS}
        return {"domain": self.name, **WORDS, "cases": {f"{self.name}_thing": case}, "indicators": indicators}

    def _fields(self) -> dict[str, dict[str, Any]]:
        rng = self.rng
        fields = {}
        for name in {"money": None, **dict.fromkeys(rng.sample([*TYPES], rng.randint(6, len(TYPES))))}:
            type_ = TYPES[name][0]
            if (
                rng.random() < 0.1 and name != "money"
            ):  # the same name with another type: such a field gets a column of its own
                type_ = rng.choice(("long", "string"))
            written = {"name": name, **WORDS, "privacy": "none"}
            nullable = rng.random() < 0.7
            fields[name] = (
                {**written, "type": ["null", type_], "default": None} if nullable else {**written, "type": type_}
            )
        return fields

    def _rules(self) -> list[dict[str, Any]]:
        rules = [
            {"name": "closed_once", "event": "Closed", "until": "Moved"},
            {"name": "moved_once", "event": "Moved", "until": "Closed"},
            {"name": "noted_once", "event": "Noted"},
            {"name": "noted_again", "event": "Noted", "until": "Closed"},
            {"name": "closed_seldom", "event": "Closed", "until": "Noted"},
        ]
        return self.rng.sample(rules, self.rng.randint(0, 3))

    def _case_fields(self) -> dict[str, Any]:
        rng = self.rng
        made: dict[str, Any] = {}

        def add(name: str, known: Name, **field: Any) -> None:
            made[name], self.types[name] = {**WORDS, **field}, known

        add("occurred_at", Name("timestamp"), fold="first", of="Opened.occurred_at")
        add("closed_at", Name("timestamp"), fold="last", of="Closed.occurred_at", cleared_by=["Moved"])
        add("department", Name("string"), fold=rng.choice(("first", "last")), of="*.department")
        add("paid", Name("decimal", nullable=False, scale=2), fold="sum", of="Opened.money")
        for number in range(10):
            name = f"{rng.choice(('value', 'day', 'numerator', 'place', 'standing'))}_{number}"
            fold = rng.choice(("first", "last", "first", "last", "min", "max", "sum", "count", "any", "all", "steps"))
            drawn = self._fold(fold)
            if drawn is not None:
                add(name, drawn[0], **drawn[1])
        for number in range(3):
            type_ = rng.choice(("long", "double", "decimal", "string", "boolean", "timestamp", "date"))
            names = dict(self.types)
            written = Expressions(rng, names).of(type_)
            node = parse(written, names)
            add(f"made_{number}", Name(node.type, node.nullable, node.symbols, node.scale), expression=written)
        return made

    def _fold(self, fold: str) -> tuple[Name, dict[str, Any]] | None:
        """Return what it is and the field as it is written; None where the draw gives nothing to fold."""
        rng = self.rng
        records = rng.sample(RECORDS, rng.randint(1, 3))
        if fold == "steps":
            field = {"fold": fold, "of": records, **self._where(records, 0.3)}
            return Name("long", nullable=False), field
        if fold in ("count", "any", "all"):
            of = ["*"] if rng.random() < 0.3 else records
            field = {
                "fold": fold,
                "of": of,
                **self._where([*RECORDS] if of == ["*"] else records, fold == "all" or 0.5),
            }
            if fold == "all" and "where" not in field:
                return None
            known = Name("long" if fold == "count" else "boolean", nullable=False)
            return known, field | (self._cleared() if fold == "any" else {})
        fields = [f"{record}.{name}" for record in records for name in self._names(record)]
        first = rng.choice(fields)
        type_ = self._type(first)
        if (fold == "sum" and type_[0] not in ("long", "decimal")) or (
            fold in ("min", "max") and type_[0] not in NUMBERS
        ):
            return None
        same = [each for each in fields if self._type(each) == type_ and each != first]
        of = [first, *rng.sample(same, min(len(same), rng.randint(0, 2)))]
        field = {"fold": fold, "of": of, **self._where([each.split(".")[0] for each in of], 0.4)}
        sources = [self._names(each.split(".")[0])[each.split(".")[1]] for each in of]
        symbols = tuple(SYMBOLS) if all(each.symbols for each in sources) else ()
        known = Name(sources[0].type, fold != "sum", symbols, sources[0].scale)
        return known, field | (self._cleared() if fold in ("first", "last") else {})

    def _cleared(self) -> dict[str, Any]:
        return {"cleared_by": self.rng.sample(RECORDS[1:], self.rng.randint(1, 2))} if self.rng.random() < 0.4 else {}

    def _where(self, records: list[str], chance: float) -> dict[str, Any]:
        if self.rng.random() >= chance:
            return {}
        first, *others = [self._names(record) for record in dict.fromkeys(records)]
        shared = {name: known for name, known in first.items() if all(other.get(name) == known for other in others)}
        return {"where": Expressions(self.rng, shared).of("boolean")}

    def _names(self, record: str) -> dict[str, Name]:
        names = {"occurred_at": Name("timestamp", False), "department": Name("string", False)}
        for name, field in self.records[record].items():
            nullable = isinstance(field["type"], list)
            avro = field["type"][1] if nullable else field["type"]
            type_ = next(known for written, known in TYPES.values() if written == avro)
            symbols = tuple(SYMBOLS) if isinstance(avro, dict) and "symbols" in avro else ()
            scale = avro.get("scale", 0) if isinstance(avro, dict) else 0
            names[name] = Name(type_, nullable, symbols, scale)  # type: ignore[arg-type]
        return names

    def _type(self, source: str) -> tuple[str, int]:
        record, _, field = source.partition(".")
        known = self._names(record)[field]
        return known.type, known.scale

    def _indicator(self, kind: str) -> dict[str, Any]:
        rng = self.rng
        earlier = [
            {"version": number, "effective_from": f"202{number}-01-01", "changed": WORDS, **self._contract(kind)}
            for number in ((2, 1) if rng.random() < 0.3 else ())
        ]
        shown = {"unit": "cases", "factor": 1, "direction": "none", "minimum_volume": 0, "source": "random"}
        when = {"as_of": "2026-03-02T12:00"} if kind == "stock" else {"period": "2026-03"}
        golden = {
            "says": WORDS,
            "cases": {"A": [{"Opened": {"occurred_at": "2026-03-01T10:00"}}]},
            "expect": {**when, "numerator": 0},
        }
        own = {"case": f"{self.name}_thing", "kind": kind, **WORDS, "sentence": WORDS, "golden": [golden]}
        version = {"version": 3, "effective_from": "2026-01-01"}
        return {**own, **shown, **version, **self._contract(kind), **({"earlier": earlier} if earlier else {})}

    def _contract(self, kind: str) -> dict[str, Any]:
        rng, write = self.rng, Expressions(self.rng, {**self.types, "event_count": Name("long", False)})
        texts = [name for name, known in self.types.items() if known.type == "string"]
        times = [name for name, known in self.types.items() if known.type == "timestamp"]
        over = rng.choice(("event_count > 0", "event_count > 0", "closed_at is not null", write.of("boolean")))
        keys: dict[str, Any] = {
            "over": over,
            "exclude": [{"when": write.of("boolean"), "because": WORDS} for _ in range(rng.choice((0, 0, 1, 2)))],
            "dimensions": rng.sample(texts, rng.randint(0, min(2, len(texts)))),
        }
        if kind == "stock":
            keys |= {"enter": rng.choice(times), "leave": rng.choice(times)}
            return keys | ({"value": write.of(rng.choice(("long", "decimal")), 1)} if rng.random() < 0.6 else {})
        keys["anchor"] = rng.choice(("occurred_at", rng.choice(times)))
        if kind == "share":
            keys["numerator"] = write.of("boolean")
        if kind in ("sum", "mean", "quantile"):
            keys["value"] = write.of(rng.choice(("long", "decimal")))
        if kind == "quantile":
            keys["quantile"] = 0.5
        if kind == "mean" and rng.random() < 0.5:
            keys["weight"] = write.of("long", 1)
        if kind == "distinct":
            del keys["dimensions"]
            keys |= {"counts": rng.choice([*texts, write.of("string", 1)]), "at_least": rng.choice((1, 1, 2))}
        if kind == "coverage":
            keys |= {"covers": "village", "at_least": rng.randint(1, 3)}
            keys |= {"value": write.of(rng.choice(("long", "decimal")), 1)} if rng.random() < 0.5 else {}
        return keys


KINDS = ("count", "share", "sum", "mean", "quantile", "stock", "coverage", "distinct")
