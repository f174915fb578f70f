"""What an import did, in numbers, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from producers.importer.refusals import WORDS


@dataclass
class Summary:
    """Counts of one import. Always: rows_accepted + rows_refused = rows_read."""

    file: str
    form: str
    source: str
    import_id: str
    dry_run: bool
    ledger_read: bool = True
    rows_read: int = 0
    rows_accepted: int = 0
    rows_refused: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_gone: int = 0
    rows_with_pii_in_text: int = 0
    refused_by_reason: Counter[str] = field(default_factory=Counter)
    events_sent: int = 0
    events_new: int = 0
    events_corrected: int = 0
    events_voided: int = 0
    events_again: int = 0
    events_unchanged: int = 0
    events_by_record: Counter[str] = field(default_factory=Counter)
    report: str | None = None
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for JSON."""
        return {
            **self.__dict__,
            "refused_by_reason": dict(self.refused_by_reason.most_common()),
            "events_by_record": dict(sorted(self.events_by_record.items())),
            "seconds": round(self.seconds, 3),
        }

    def as_table(self) -> Table:
        """Return the counts as a table for the terminal."""
        table = Table(show_header=False, box=None, pad_edge=False)
        table.add_column(justify="left")
        table.add_column(justify="right")
        table.add_column(justify="left", overflow="fold")
        for words, number, note in self._lines():
            table.add_row(words, f"{number:,}", note)
        return table

    def _lines(self) -> list[tuple[str, int, str]]:
        speed = f"{self.seconds:.1f} s, {self.rows_read / self.seconds:,.0f} 行/rows/s" if self.seconds else ""
        lines = [
            ("读入行 rows read", self.rows_read, f"{self.form}; {speed}"),
            ("接受 accepted", self.rows_accepted, self._accepted_note()),
            ("拒绝 refused", self.rows_refused, f"→ {self.report}" if self.report else ""),
        ]
        for reason, number in self.refused_by_reason.most_common():
            zh, en = WORDS.get(reason, ("", ""))
            lines.append((f"  {reason}", number, f"{zh} / {en}" if zh else ""))
        verb = "将发送事件 events to send" if self.dry_run else "发送事件 events sent"
        lines.append((verb, self.events_sent, ", ".join(f"{n:,} {r}" for r, n in self.events_by_record.most_common())))
        for words, number in (
            ("  更正 corrections", self.events_corrected),
            ("  作废 voids", self.events_voided),
            ("  重发 sent again after an interruption", self.events_again),
            ("未变的事件 events unchanged", self.events_unchanged),
            ("台账有、文件无的行（未动） rows gone from the file, untouched", self.rows_gone),
            ("文字中遮盖了个人号码的行 rows with pii_in_text, masked", self.rows_with_pii_in_text),
        ):
            if number:
                lines.append((words, number, ""))
        return lines

    def _accepted_note(self) -> str:
        return f"{self.rows_new:,} 新 new, {self.rows_changed:,} 变 changed, {self.rows_unchanged:,} 未变 unchanged"
