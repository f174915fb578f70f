from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from streams.packing import Fresh

class Kind(IntEnum):
    LONG = 0
    TEXT = 1
    BOOLEAN = 2
    DOUBLE = 3
    DECIMAL = 4

class CaseForm:
    def __init__(
        self,
        header: bytes,
        name: bytes,
        kinds: Iterable[int],
        otherwise: Callable[[bytes, tuple[Any, ...], bytes], tuple[bytes, bytes]],
    ) -> None: ...
    def encode(self, key: bytes, state: tuple[Any, ...], changed_at: bytes) -> tuple[bytes, bytes]: ...

class PartsForm:
    def __init__(self, pieces: Sequence[bytes], positions: Sequence[int]) -> None: ...
    def encode(
        self,
        head: bytes,
        start: bytes,
        case: bytes,
        tail: bytes,
        numbers: array[int],
        base: int,
        buckets: list[bytes],
        newest: int,
        changed_at: bytes,
    ) -> bytes: ...

def buckets(histogram: dict[int, int], start: int, stop: int, texts: Mapping[int, bytes]) -> bytes: ...
def merged(packed: bytes | None, layout: bytes, fresh: list[Fresh]) -> bytes | None: ...
