"""Domains: the folders under schemas/domains/, each holding the Avro records of what its departments report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AvroType = str | list[Any] | dict[str, Any]

SYSTEM_FOLDER: Final = Path(__file__).parent / "system"
SYSTEM_NAMESPACE: Final = "xiangmai.system"
ENVELOPE: Final = "xiangmai.system.Envelope"
EVENT_VOIDED: Final = "xiangmai.system.EventVoided"
TOPIC_PREFIX: Final = "village."


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `avro_type` is its type without the null branch; `zh`/`en` name it, `doc` explains it.

    `logical` is the logical type (`timestamp-millis`, `date`, `uuid`, `decimal`) or None; `symbols` are an enum's.
    """

    name: str
    avro_type: AvroType
    nullable: bool
    zh: str
    en: str
    doc: str
    privacy: str
    logical: str | None
    symbols: tuple[str, ...]
    attributes: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The plain Avro type's name, such as `string`, `long`, `enum`, `record`, `array`."""
        return self.avro_type["type"] if isinstance(self.avro_type, dict) else str(self.avro_type)


@dataclass(frozen=True, slots=True, eq=False)
class EventSchema:
    """One record: `schema` is its file as it stands, `fields` the same in a form easy to use."""

    full_name: str
    name: str
    zh: str
    en: str
    doc: str
    schema: dict[str, Any]
    fields: tuple[Field, ...]
    file: Path

    def field(self, name: str) -> Field:
        """Return the field of this name; raises KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.full_name} has no field {name}")


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain: its topic and the records that may stand on it."""

    name: str
    topic: str
    events: Mapping[str, EventSchema]
    folder: Path

    def event(self, name: str) -> EventSchema:
        """Return the event by full name or by short name; raises KeyError."""
        return self.events[name if "." in name else f"xiangmai.{self.name}.{name}"]


def fields_of(record: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of a record schema (also of a nested one)."""
    return tuple(_field(field) for field in record["fields"])


def flat_fields(fields: Sequence[Field], path: str = "") -> Iterator[tuple[str, Field]]:
    """Yield every field with its path, those of nested records after the field that holds them."""
    for field in fields:
        yield f"{path}{field.name}", field
        details = field.avro_type if isinstance(field.avro_type, dict) else {}
        items = details.get("items")
        if details.get("type") == "record":
            yield from flat_fields(fields_of(details), f"{path}{field.name}.")
        elif isinstance(items, dict) and items.get("type") == "record":
            yield from flat_fields(fields_of(items), f"{path}{field.name}[].")


def load_record(file: Path) -> EventSchema:
    """Read one .avsc file; raises Refused naming the file (and line) when it is not an Avro record in our form."""
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Refused(file, error.lineno, f"不是合法的 JSON / not valid JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise Refused(file, None, "不是 UTF-8 / not UTF-8") from error
    if not isinstance(schema, dict) or schema.get("type") != "record" or not isinstance(schema.get("fields"), list):
        raise Refused(file, None, "不是 Avro 记录 / not an Avro record", '{"type": "record", "fields": […]}')
    name, namespace = schema.get("name"), schema.get("namespace")
    if name != file.stem:
        raise Refused(file, None, f"记录名 {name} 与文件名不同 / record name {name} differs from the file's", file.stem)
    try:
        return EventSchema(
            full_name=f"{namespace}.{name}",
            name=str(name),
            zh=schema.get("zh", ""),
            en=schema.get("en", ""),
            doc=schema.get("doc", ""),
            schema=schema,
            fields=fields_of(schema),
            file=file,
        )
    except (KeyError, TypeError) as error:
        raise Refused(file, None, f"字段缺少 name 或 type / a field lacks name or type ({error})") from error


def load_folder(folder: Path, namespace: str) -> Mapping[str, EventSchema]:
    """Every record of a folder by full name, in order of file names; raises Refused, also for a foreign namespace."""
    records = {}
    for file in sorted(folder.glob("*.avsc")):
        record = load_record(file)
        if record.schema.get("namespace") != namespace:
            raise Refused(file, None, "命名空间不对 / wrong namespace", namespace)
        records[record.full_name] = record
    return MappingProxyType(records)


def load_system() -> Mapping[str, EventSchema]:
    """Return the records of the line itself (dead letters, indicators, reference data), by full name."""
    return load_folder(SYSTEM_FOLDER, SYSTEM_NAMESPACE)


def load_domains(folder: Path) -> dict[str, Domain]:
    """Every domain under a folder, by name; raises Refused when there is none or a file is not in form."""
    domains = {}
    for path in domain_folders(folder):
        events = load_folder(path, f"xiangmai.{path.name}")
        domains[path.name] = Domain(path.name, f"{TOPIC_PREFIX}{path.name}", events, path)
    if not domains:
        raise Refused(folder, None, "没有找到任何领域 / no domain found here", "<领域 domain>/<Record>.avsc")
    return domains


def domain_folders(folder: Path) -> list[Path]:
    """Return the folders below it that hold a domain: those with a record in them, by name."""
    return sorted(child for child in folder.glob("*") if child.is_dir() and any(child.glob("*.avsc")))


def all_records(domains: Mapping[str, Domain]) -> dict[str, EventSchema]:
    """Every record of the given domains and of the system, by full name."""
    records = dict(load_system())
    for domain in domains.values():
        records.update(domain.events)
    return records


def _field(field: Mapping[str, Any]) -> Field:
    nullable, avro_type = _without_null(field["type"])
    details = avro_type if isinstance(avro_type, dict) else {}
    return Field(
        name=field["name"],
        avro_type=avro_type,
        nullable=nullable,
        zh=field.get("zh", ""),
        en=field.get("en", ""),
        doc=field.get("doc", ""),
        privacy=field.get("privacy", ""),
        logical=details.get("logicalType"),
        symbols=tuple(details.get("symbols", ())),
        attributes=MappingProxyType(dict(field)),
    )


def _without_null(avro_type: AvroType) -> tuple[bool, AvroType]:
    if not isinstance(avro_type, list):
        return False, avro_type
    rest = [branch for branch in avro_type if branch != "null"]
    return len(rest) < len(avro_type), rest[0] if len(rest) == 1 else rest
