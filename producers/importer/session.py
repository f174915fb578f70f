"""The edge of an import: opens the file, the mapping, Kafka and the registry, and runs one import between them."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
import uuid
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from producers import metrics
from producers.importer.case_of import CaseKind, case_kinds
from producers.importer.index import RowIndex
from producers.importer.ledger import IMPORT_COMPLETED, IMPORTED_ROW, Ledger, LedgerWriter
from producers.importer.mapping_file import MappingFile
from producers.importer.outbox import DryOutbox, Envelopes, KafkaOutbox, Outbox
from producers.importer.progress import ImportProgress
from producers.importer.refusals import Report
from producers.importer.row_plan import RowPlan
from producers.importer.run import ImportRun
from producers.importer.summary import Summary
from producers.importer.table import FileForm, RowRefused, Table, open_table
from producers.preparation import Preparation
from producers.sender import Sender
from schemas.domain import EVENT_VOIDED, Domain, load_domains
from schemas.errors import Refused, Unavailable
from schemas.registry import SchemaRegistry
from schemas.registry_memory import MemoryRegistry
from schemas.topics import IMPORT_LEDGER, ensure_topics, load_topics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings import Settings

_DRY_RUN_ATTEMPTS: Final = 1
_DRY_RUN_BOOTSTRAP_SECONDS: Final = 3.0


def run_import(
    settings: Settings, file: Path, mapping_path: Path, report_path: Path, *, dry_run: bool, limit: int | None = None
) -> Summary:
    """Import a file by a mapping and return what was done.

    Raises Refused (the mapping or the file), Unavailable, DeliveryFailed (run it again: nothing is counted twice), and
    leaves a report only when it ends.
    """
    began = time.monotonic()
    metrics.serve(settings.metrics_host, settings.metrics_port)
    mapping = MappingFile(mapping_path)
    domains = load_domains(settings.domains)
    domain = domains.get(mapping.mapping.domain)
    if domain is None:
        mapping.problem(("domain",), f"没有这个领域 / no such domain; there are: {', '.join(domains)}")
        mapping.refuse_problems()
        raise Refused(mapping_path, None, "domain")
    form = mapping.mapping.file
    with ExitStack() as stack:
        table = open_table(file, FileForm(form.encoding, form.delimiter, form.sheet, form.header_line))
        stack.callback(table.close)
        plan = RowPlan(mapping, table.columns, domain)
        summary = Summary(str(file), table.form, mapping.mapping.source, str(uuid.uuid4()), dry_run)
        session = _Session(settings, domains, domain, plan, summary, dry_run=dry_run)
        stack.callback(session.index.close)
        if not dry_run:
            stack.enter_context(_only_import_of(summary.source))
        outbox = session.open(stack)
        report = Report(report_path, table.columns)
        stack.callback(report.abandon)
        last_wins = mapping.mapping.repeated_key == "last_wins"
        if last_wins:
            session.find_last_lines(file, mapping, limit)
        run = session.run(outbox, report, last_wins=last_wins)
        progress = stack.enter_context(ImportProgress(table.size_bytes))
        run.run(islice(table.rows(), limit), lambda rows: progress.show(table.position_bytes(), rows))
        if limit is None:
            summary.rows_gone = session.rows_gone()
        report.finish()
    summary.report = str(report_path) if report.written else None
    summary.seconds = time.monotonic() - began
    return summary


class _Session:
    """What one import needs, opened in order."""

    def __init__(
        self,
        settings: Settings,
        domains: dict[str, Domain],
        domain: Domain,
        plan: RowPlan,
        summary: Summary,
        *,
        dry_run: bool,
    ) -> None:
        self.index = RowIndex()
        self._settings = settings
        self._domains = domains
        self._domain = domain
        self._plan = plan
        self._summary = summary
        self._dry_run = dry_run
        self._now = time.time_ns() // 1_000_000
        self._kinds: dict[str, CaseKind] = case_kinds(domain, plan.records)

    def open(self, stack: ExitStack) -> Outbox:
        """Read the ledger, and open the way out. A dry run does without both where Kafka or the registry is away."""
        settings = self._settings
        registry = stack.enter_context(
            SchemaRegistry(settings.registry_url, attempts=_DRY_RUN_ATTEMPTS if self._dry_run else 3)
        )
        # A dry run must leave no trace, and looking an id up in the registry registers the schema.
        self.preparation = Preparation(settings, self._domains, MemoryRegistry() if self._dry_run else registry)
        self.preparation.prepare([EVENT_VOIDED, *self._plan.records])
        records = [self.preparation.records[name] for name in (IMPORTED_ROW, IMPORT_COMPLETED)]
        self.ledger = Ledger(self._summary.source, records)
        envelopes = Envelopes(self._summary.source, self._domain.name, self.preparation, self._kinds)
        if self._dry_run:
            try:
                self.ledger.read(settings, registry, self.index, bootstrap_seconds=_DRY_RUN_BOOTSTRAP_SECONDS)
            except Unavailable:
                self._summary.ledger_read = False
            return DryOutbox(envelopes)
        topics = load_topics()
        ensure_topics(
            settings.kafka_bootstrap,
            partitions=settings.partitions,
            replication_factor=settings.replication_factor,
            topics=[topics[name] for name in (IMPORT_LEDGER, self._domain.topic) if name in topics],
        )
        self.ledger.read(settings, registry, self.index)
        return KafkaOutbox(
            sender=stack.enter_context(Sender(settings, client_id=f"xiangmai-import-{self._summary.source}")),
            envelopes=envelopes,
            ledger=LedgerWriter(self._summary.source, self._summary.import_id, records, registry),
            now=self._now,
        )

    def run(self, outbox: Outbox, report: Report, *, last_wins: bool) -> ImportRun:
        """Return the run, ready to take rows."""
        return ImportRun(
            plan=self._plan,
            preparation=self.preparation,
            kinds=self._kinds,
            ledger=self.ledger,
            index=self.index,
            outbox=outbox,
            report=report,
            summary=self._summary,
            now=self._now,
            last_wins=last_wins,
        )

    def find_last_lines(self, file: Path, mapping: MappingFile, limit: int | None) -> None:
        """Read the file once for its keys alone, so that of a key that comes twice the last row is known."""
        form = mapping.mapping.file
        table: Table = open_table(file, FileForm(form.encoding, form.delimiter, form.sheet, form.header_line))
        try:
            self.index.remember_last_lines(self._keys(table, limit))
        finally:
            table.close()

    def _keys(self, table: Table, limit: int | None) -> Iterator[tuple[str, int]]:
        for row in islice(table.rows(), limit):
            if row.refusal is None:
                try:
                    yield self._plan.row_key(row), row.line
                except RowRefused:
                    continue

    def rows_gone(self) -> int:
        """How many rows gave events before and are not in the file."""
        return sum(
            any(not link.voids for link in self.ledger.row(record).links) for record in self.index.unseen_records()
        )


@contextmanager
def _only_import_of(source: str) -> Iterator[None]:
    """Hold the right to import this source on this machine: two imports at once would correct past each other."""
    name = blake2b(source.encode(), digest_size=8).hexdigest()
    path = Path(tempfile.gettempdir()) / f"xiangmai-import-{os.getuid()}-{name}.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                source,
                None,
                f"这个来源正在导入，请等它结束 / an import of this source is running: wait for it ({path})",
            ) from None
        yield
