"""The Avro record of a case's state, as it is published on township.cases: generated from the case's definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.decimals import MOST_DIGITS

if TYPE_CHECKING:
    from schemas.catalogue.model import CaseDefinition, CaseField

NAMESPACE: Final = "xiangmai.cases"
_MOMENT: Final = {"type": "long", "logicalType": "timestamp-millis"}
_DECIMAL: Final = {"type": "bytes", "logicalType": "decimal", "precision": MOST_DIGITS}
_TYPES: Final[dict[str, Any]] = {
    "long": "long",
    "double": "double",
    "boolean": "boolean",
    "string": "string",
    "timestamp": _MOMENT,
    "date": {"type": "int", "logicalType": "date"},
}


def record_name(case: CaseDefinition) -> str:
    """Return the short name of a case's record: `health_check` gives `HealthCheck`."""
    return "".join(part.capitalize() for part in case.name.split("_"))


def case_schema(case: CaseDefinition) -> dict[str, Any]:
    """Return the record's schema. A case whose every event was taken back has event_count 0 and null fields."""
    return {
        "type": "record",
        "name": record_name(case),
        "namespace": NAMESPACE,
        "zh": case.zh,
        "en": case.en,
        "doc": f"{case.zh}的现状：由其全部有效事件折叠而成。 / State of a case, folded from all its effective events: {case.en}.",
        "fields": [*_leading(case), *(_field(field) for field in case.fields), *_TRAILING],
    }


def _leading(case: CaseDefinition) -> list[dict[str, Any]]:
    return [
        {
            "name": "case_id",
            "type": "string",
            "zh": f"{case.zh}编号",
            "en": f"{case.en} id",
            "doc": "事项编号，在乡镇内唯一。 / Id of the case, unique within its township.",
            "privacy": "quasi",
            "max_length": 200,
        },
        {
            "name": "township",
            "type": "string",
            "zh": "乡镇（街道）代码",
            "en": "township code",
            "doc": "事项所属乡镇的9位代码。 / 9-digit code of the township.",
            "privacy": "none",
            "pattern": "^[0-9]{9}$",
        },
        {
            "name": "village",
            "type": ["null", "string"],
            "default": None,
            "zh": "村（社区）代码",
            "en": "village code",
            "doc": "最后一个写明村的有效事件所写的12位代码。 / 12-digit code, as the last effective event that names one says.",
            "privacy": "quasi",
            "pattern": "^[0-9]{12}$",
        },
    ]


def _field(field: CaseField) -> dict[str, Any]:
    type_ = _DECIMAL | {"scale": field.scale} if field.type == "decimal" else _TYPES[field.type]
    written = {
        "name": field.name,
        "type": ["null", type_],
        "default": None,
        "zh": field.zh,
        "en": field.en,
        "doc": f"{field.zh}。 / {field.en}.",
        "privacy": field.privacy,
    }
    return written | ({"max_length": 1000} if field.type == "string" else {})


_TRAILING: Final[list[dict[str, Any]]] = [
    {
        "name": "event_count",
        "type": "int",
        "zh": "有效事件数",
        "en": "number of effective events",
        "doc": "参与折叠的事件数；全部作废时为0。 / Events that took part; 0 when all were taken back.",
        "privacy": "none",
        "minimum": 0,
    },
    {
        "name": "newest_event_at",
        "type": _MOMENT,
        "zh": "最新事件时间",
        "en": "newest event at",
        "doc": "有效事件中最新的发生时间（毫秒）；没有则为0。 / Newest occurred_at of its effective events (ms), 0 if none.",
        "privacy": "none",
    },
    {
        "name": "changed_at",
        "type": _MOMENT,
        "zh": "计算时间",
        "en": "changed at",
        "doc": "算出此现状的时间（毫秒）。 / When this state was computed (ms).",
        "privacy": "none",
    },
]
