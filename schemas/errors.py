"""The three ways a thing can go wrong; each class says what happens next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

REASONS: Final = frozenset(
    {
        "null",
        "framing",
        "unknown_schema",
        "unknown_event",
        "decode",
        "event_time",
        "key_mismatch",
        "id_conflict",
        "case_limit",
        "orphan",
        "text",
    }
)
"""Every dead-letter reason there is, beside `rule:<name>`; bounded, because it is a label of metrics."""


class InvalidEvent(Exception):  # noqa: N818 - named for what it is about: the event, not the program, is at fault
    """The record breaks the contract: dead letter it and go on.

    `reason` is one of REASONS or `rule:<name>`; `detail` explains it and never holds personal data (no field values but
    numbers, codes and times); `field` names the field at fault where there is one, `event_id` the event where it could be read.
    """

    event_id: str | None = None

    def __init__(self, reason: str, detail: str, field: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if field is None else f"{reason}: {field}: {detail}")
        self.reason = reason
        self.detail = detail
        self.field = field


class Unavailable(Exception):  # noqa: N818 - a state of the world
    """Something we need does not answer: wait and try again when `retryable`, else stop (exit code 3).

    `what` is the thing (Kafka, schema registry, ClickHouse), `address` where it was sought, `start` the command that
    starts it locally.
    """

    def __init__(
        self,
        what: str,
        address: str,
        retryable: bool = True,
        *,
        cause: str = "",
        start: str = "xiangmai stack up",
    ) -> None:
        why = f" ({cause})" if cause else ""
        super().__init__(
            f"{what} 不可用：{address}{why}。本机可用 `{start}` 启动。 / "
            f"{what} does not answer at {address}{why}. On this machine, start it with `{start}`."
        )
        self.what = what
        self.address = address
        self.retryable = retryable
        self.start = start


class Refused(Exception):  # noqa: N818 - the gate's word
    """A definition (schema, topic, catalogue, mapping) is not accepted: stop, show it to the author (exit code 1)."""

    def __init__(self, file: Path | str, line: int | None, problem: str, allowed: str = "") -> None:
        place = f"{file}:{line}" if line is not None else str(file)
        super().__init__(f"{place}: {problem}" + (f" 允许 / allowed: {allowed}" if allowed else ""))
        self.file = file
        self.line = line
        self.problem = problem
        self.allowed = allowed
