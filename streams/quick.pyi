from enum import IntEnum
from typing import Any

class Kind(IntEnum):
    TEXT = 0
    UUID = 1
    LONG = 2
    BOOLEAN = 3
    ENUM = 4
    DOUBLE = 5
    DECIMAL = 6
    RECORD = 7
    ABSENT = 8

class Role(IntEnum):
    NO_ROLE = 0
    EVENT_ID = 1
    OCCURRED_AT = 2
    RECORDED_AT = 3
    TOWNSHIP = 4
    VILLAGE = 5
    CORRECTS = 6
    CASE_ID = 7

class Form:
    def __init__(
        self,
        fields: list[dict[str, Any]],
        *,
        plan: Any,
        fresh: type[tuple[Any, ...]],
        case_name: bytes,
        index: int,
        opens: bool,
        fixed_size: int,
        tolerance: int,
    ) -> None: ...

class QuickReader:
    def put(self, schema_id: int, form: Form | None) -> None: ...
    def knows(self, schema_id: int) -> bool: ...
    def read(
        self, value: bytes | None, key: bytes | None, timestamp: int, arrived_seconds: int, offset: int
    ) -> Any: ...
