"""Rules of values that Avro cannot say. They are data: attributes of the fields in the .avsc files.

    minimum, maximum          numbers (money and scores; both ends are allowed; for decimals exactly as written)
    min_length, max_length    strings, in characters; with min_length a string of only spaces is refused as well
    max_items                 arrays and maps
    pattern                   strings, a regular expression that must match the whole string
    starts_with: FIELD        strings that begin with another field's value (a village with its township)
    not_before: FIELD         times not earlier than another field
    required: [FIELD, …]      on a record: nullable fields that must be given all the same

Without being asked, every event is also held to: its times of happening and recording lie between the earliest event
date and the record's time plus the tolerance; other times lie before the year 2200; uuids are in their canonical
lower-case form; enum symbols are known; numbers are finite; text holds no NUL and no lone surrogate; an event does not
correct itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from schemas.errors import InvalidEvent
from schemas.rule_code import rule_function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.domain import EventSchema
    from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which times an event may lie: from `earliest_ms` to its record's time + `tolerance_ms`, in ms."""

    earliest_ms: int
    tolerance_ms: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Take the limits from the settings; raises ValueError when `earliest_event_at` is not a date."""
        earliest = datetime.fromisoformat(settings.earliest_event_at)
        earliest = earliest if earliest.tzinfo else earliest.replace(tzinfo=UTC)
        return cls(int(earliest.timestamp() * 1000), settings.future_tolerance_seconds * 1000)


def check_event(schema: EventSchema, event: Mapping[str, Any], *, record_time: int, limits: Limits) -> None:
    """Raise InvalidEvent for the first rule the event breaks: `rule:<attribute>`, `event_time` or `text`.

    `record_time` is when Kafka took the record (or now, before sending), in ms. Fields with a default may be absent.
    """
    compile_rules(schema, limits)(event, record_time)


@lru_cache(maxsize=1024)
def compile_rules(schema: EventSchema, limits: Limits) -> Callable[[Mapping[str, Any], int], None]:
    """Return the same check as a function of (event, record_time): what a tight loop should hold on to."""
    check = rule_function(schema.schema, limits.earliest_ms, limits.tolerance_ms)

    def checked(event: Mapping[str, Any], record_time: int) -> None:
        try:
            check(event, record_time)
        except KeyError:
            _check_completed(check, with_defaults(schema.schema, event), record_time)
        except (TypeError, AttributeError) as error:
            raise InvalidEvent("rule:type", f"a value has the wrong type ({type(error).__name__})") from error

    return checked


def with_defaults(schema: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with the defaults of the fields it leaves out, nested records included: what a reader gets."""
    result = {field["name"]: field["default"] for field in schema["fields"] if "default" in field}
    result.update(event)
    for field in schema["fields"]:
        name, branches = field["name"], field["type"] if isinstance(field["type"], list) else [field["type"]]
        for branch in branches:
            if isinstance(branch, dict) and name in result:
                result[name] = _inner_defaults(branch, result[name])
    return result


def _inner_defaults(avro_type: Mapping[str, Any], value: Any) -> Any:
    items = avro_type.get("items")
    if avro_type["type"] == "record" and isinstance(value, dict):
        return with_defaults(avro_type, value)
    if isinstance(items, dict) and isinstance(value, list):
        return [_inner_defaults(items, part) for part in value]
    return value


def _check_completed(check: Callable[[Mapping[str, Any], int], None], event: dict[str, Any], record_time: int) -> None:
    try:
        check(event, record_time)
    except KeyError as error:
        raise InvalidEvent("rule:required", "the field is missing", str(error.args[0])) from None
    except (TypeError, AttributeError) as error:
        raise InvalidEvent("rule:type", f"a value has the wrong type ({type(error).__name__})") from error
