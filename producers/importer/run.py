"""One import, row by row: read, plan, protect, check, compare with the ledger, send. The I/O is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from producers import metrics
from producers.identity import content_hash
from producers.importer.outbox import RowOut
from producers.importer.reconcile import Desired, Reconciled, reconcile
from producers.importer.table import Refusal, Row, RowRefused
from schemas.errors import InvalidEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from producers.importer.case_of import CaseKind
    from producers.importer.index import RowIndex
    from producers.importer.ledger import Ledger
    from producers.importer.outbox import Outbox
    from producers.importer.refusals import Report
    from producers.importer.row_plan import Planned, RowPlan
    from producers.importer.summary import Summary
    from producers.preparation import Preparation

BATCH_ROWS: Final = 2_000
_NIL: Final = "00000000-0000-0000-0000-000000000000"


class ImportRun:
    """Takes rows one at a time; every row ends as accepted or refused. `now` (ms) is the time of the whole import."""

    def __init__(
        self,
        *,
        plan: RowPlan,
        preparation: Preparation,
        kinds: dict[str, CaseKind],
        ledger: Ledger,
        index: RowIndex,
        outbox: Outbox,
        report: Report,
        summary: Summary,
        now: int,
        last_wins: bool,
    ) -> None:
        self._plan = plan
        self._preparation = preparation
        self._kinds = kinds
        self._ledger = ledger
        self._index = index
        self._outbox = outbox
        self._report = report
        self._summary = summary
        self._now = now
        self._last_wins = last_wins
        self._accepted = metrics.IMPORT_ROWS.labels("accepted")
        self._refused = metrics.IMPORT_ROWS.labels("refused")
        self._batch: list[RowOut] = []

    def run(self, rows: Iterable[Row], shown: Callable[[int], None] = lambda _: None) -> None:
        """Import the rows and return when all is confirmed; `shown` hears of the number of rows now and then.

        Raises DeliveryFailed and Unavailable: then the import is not complete, and the same command goes on with it.
        """
        for row in rows:
            self._take(row)
            if self._summary.rows_read % BATCH_ROWS == 0:
                self._send_batch()
                shown(self._summary.rows_read)
        self._send_batch()
        self._outbox.complete(self._summary.rows_accepted)

    def _take(self, row: Row) -> None:
        summary = self._summary
        summary.rows_read += 1
        if row.refusal is not None:
            self._refuse(row, row.refusal)
            return
        try:
            key = self._key(row)
            desired, has_pii = self._desired(self._plan.plan(row))
        except RowRefused as refused:
            self._refuse(row, self._plan.with_value(refused.refusal, row))
            return
        summary.rows_accepted += 1
        summary.rows_with_pii_in_text += has_pii
        self._accepted.inc()
        self._accept(key, desired)

    def _key(self, row: Row) -> str:
        """Return the row's key; refuses a key that the file has already had, or will have again where the last wins."""
        key = self._plan.row_key(row)
        if self._last_wins:
            last = self._index.last_line(key)
            if last is not None and last != row.line:
                raise RowRefused("superseded", value=key[:200], zh=f"第 {last} 行", en=f"line {last}")
        else:
            first = self._index.look_up(key).line
            if first is not None:
                lines = f"{first}, {row.line}"
                raise RowRefused("repeated_key", value=key[:200], zh=f"第 {lines} 行", en=f"lines {lines}")
        self._index.see(key, row.line)
        return key

    def _desired(self, planned: Iterable[Planned]) -> tuple[list[Desired], bool]:
        """Protect and check the row's events; all of them or none."""
        desired, has_pii = [], False
        for slot, event in planned:
            candidate = {"event_id": _NIL, "corrects": None, **event}
            mapped = event.get("recorded_at")
            candidate["recorded_at"] = self._now if mapped is None else mapped
            try:
                protected, kinds = self._preparation.protect(slot.record, candidate)
                self._preparation.check(slot.record, protected, self._now)
            except InvalidEvent as invalid:
                column = self._plan.column_of(slot, invalid.field)
                raise RowRefused(invalid.reason, column=column, en=invalid.detail) from None
            has_pii = has_pii or bool(kinds)
            for kind in kinds:
                metrics.PII_IN_TEXT.labels(kind).inc()
            protected["recorded_at"] = mapped
            case_id = self._kinds[slot.record].case_id(protected)
            desired.append(Desired(slot, protected, content_hash(protected), case_id))
        return desired, has_pii

    def _accept(self, key: str, desired: list[Desired]) -> None:
        record = self._index.look_up(key).record
        old, confirmed = self._ledger.row(record)
        done = reconcile(self._ledger.source, key, old, confirmed=confirmed, desired=desired, now=self._now)
        self._count(done, is_new=record is None)
        if done.changed or not confirmed:
            self._batch.append(RowOut(key, done.links, done.outgoing))

    def _count(self, done: Reconciled, *, is_new: bool) -> None:
        summary = self._summary
        if is_new:
            summary.rows_new += 1
        elif done.changed:
            summary.rows_changed += 1
        else:
            summary.rows_unchanged += 1
        summary.events_sent += len(done.outgoing)
        summary.events_unchanged += sum(not link.voids for link in done.links) - sum(
            out.event is not None for out in done.outgoing
        )
        for out in done.outgoing:
            name = "EventVoided" if out.event is None else out.link.record.rpartition(".")[2]
            summary.events_by_record[name] += 1
            if out.again:
                summary.events_again += 1
            elif out.event is None:
                summary.events_voided += 1
            elif out.link.corrects is not None:
                summary.events_corrected += 1
            else:
                summary.events_new += 1

    def _refuse(self, row: Row, refusal: Refusal) -> None:
        self._summary.rows_refused += 1
        self._summary.refused_by_reason[refusal.reason] += 1
        self._refused.inc()
        self._report.add(row, refusal)

    def _send_batch(self) -> None:
        if self._batch:
            self._outbox.send(self._batch)
            self._batch = []
