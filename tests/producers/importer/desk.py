"""An importer at a desk: real files, mappings and domain, the ledger and the log in memory."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from producers.importer.case_of import CaseKind, case_kinds
from producers.importer.index import RowIndex
from producers.importer.ledger import IMPORT_COMPLETED, IMPORTED_ROW, Ledger, LedgerWriter
from producers.importer.mapping_file import MappingFile
from producers.importer.outbox import Envelopes
from producers.importer.refusals import Report
from producers.importer.row_plan import RowPlan
from producers.importer.run import ImportRun
from producers.importer.summary import Summary
from producers.importer.table import FileForm, open_table
from producers.preparation import Preparation
from schemas.codec import Decoder
from schemas.domain import EVENT_VOIDED, Domain, load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from producers.importer.outbox import RowOut

COLUMNS = "编号,乡镇,村,受理时间,期限,办结时间,渠道,类别,内容,电话"
MAPPING = """\
source: desk
domain: appeals
row_key: [编号]
time: {zone: Asia/Shanghai, formats: ["%Y/%m/%d %H:%M"]}
clean: [trim, half_width]
tables:
  渠道: {values: {电话: hotline, 网站: online}}
place: {table: deqing_330521.csv, township: 乡镇, village: 村}
values:
  受理: {column: 受理时间, as: time}
  期限: {column: 期限, as: time}
  办结: {column: 办结时间, as: time}
envelope: {department: {constant: 12345热线}}
personal: [resident.phone]
refuse:
  - when: {value: 办结, before: 受理}
    reason: closed_before_opened
    zh: 办结早于受理
    en: closed before it was opened
events:
  - record: AppealReported
    at: 受理
    fields:
      appeal_id: 编号
      channel: {column: 渠道, table: 渠道}
      category: 类别
      urgency: {constant: normal}
      summary: 内容
      resident: {fields: {phone: 电话}}
      due_at: 期限
  - record: AppealClosed
    at: 办结
    when: {value: 办结, is: present}
    fields: {appeal_id: 编号, outcome: {constant: resolved}}
"""


def row(number: str = "A1", **cells: str) -> str:
    """A good row of the desk's export, with other cells where told."""
    usual = {
        "编号": number,
        "乡镇": "武康街道",
        "村": "",
        "受理时间": "2026/3/1 08:30",
        "期限": "2026/3/8 08:30",
        "办结时间": "2026/3/2 10:00",
        "渠道": "电话",
        "类别": "道路",
        "内容": "路灯不亮",
        "电话": "",
    }
    return ",".join(quoted(text) if set(text) & set(',\n"') else text for text in {**usual, **cells}.values())


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


@cache
def domains() -> dict[str, Domain]:
    return load_domains(Settings().domains)


@cache
def kinds() -> dict[str, CaseKind]:
    return case_kinds(domains()["appeals"], [])


@cache
def mapping_file(path: Path) -> MappingFile:
    return MappingFile(path)


class Desk:
    """Imports into lists: `log` holds (record, event) as they were sent, decoded from their bytes."""

    def __init__(self, folder: Path, mapping: str = MAPPING, domain: Domain | None = None) -> None:
        self.folder = folder
        self.domain = domain or domains()["appeals"]
        self.kinds = kinds() if domain is None else case_kinds(domain, [])
        self.log: list[tuple[str, dict[str, Any]]] = []
        self.ledger: list[tuple[str, bytes | None]] = []
        self.completed: set[str] = set()
        self.summary = Summary("", "", "", "", dry_run=False)
        self.mapping = folder / "mapping.yaml"
        self.mapping.write_text(mapping, encoding="utf-8")
        self._imports = 0

    @property
    def report(self) -> Path:
        """Where refused rows are reported."""
        return self.folder / "export.csv.refused.csv"

    def imported(self, content: str | bytes | Path, *, columns: str = COLUMNS) -> Summary:
        """Import an export: the rows of a CSV under the usual header, or a file as it is."""
        file = content if isinstance(content, Path) else self.folder / "export.csv"
        if isinstance(content, str):
            file.write_text(f"{columns}\n{content}\n", encoding="utf-8")
        elif isinstance(content, bytes):
            file.write_bytes(content)
        self._import(file)
        return self.summary

    def events(self, record: str = "AppealReported") -> list[dict[str, Any]]:
        """The events of a record that were sent."""
        return [event for name, event in self.log if name.endswith(f".{record}")]

    def _import(self, file: Path) -> None:
        settings = Settings()
        mapping = mapping_file(self.mapping)
        form = mapping.mapping.file
        table = open_table(file, FileForm(form.encoding, form.delimiter, form.sheet, form.header_line))
        plan = RowPlan(mapping, table.columns, self.domain)
        registry = MemoryRegistry()
        preparation = Preparation(settings, {self.domain.name: self.domain}, registry)
        preparation.prepare([EVENT_VOIDED, *plan.records])
        records = [preparation.records[name] for name in (IMPORTED_ROW, IMPORT_COMPLETED)]
        self._imports += 1
        source = mapping.mapping.source
        self.summary = Summary(str(file), table.form, source, str(self._imports), dry_run=False)
        writer = LedgerWriter(source, self.summary.import_id, records, registry)
        ledger = Ledger(source, records)
        ledger.completed = self.completed
        for schema_id in ledger._decoder.missing_ids(value for _, value in self.ledger):
            ledger._decoder.learn(schema_id, registry.schema_by_id(schema_id))
        index = RowIndex()
        index.remember_records(self.ledger)
        if mapping.mapping.repeated_key == "last_wins":
            good = (each for each in open_table(file, FileForm()).rows() if each.refusal is None)
            index.remember_last_lines([(plan.row_key(each), each.line) for each in good])
        now = time.time_ns() // 1_000_000
        outbox = _Lists(self, Envelopes(source, self.domain.name, preparation, self.kinds), writer, registry, now)
        report = Report(self.report, table.columns)
        run = ImportRun(
            plan=plan,
            preparation=preparation,
            kinds=self.kinds,
            ledger=ledger,
            index=index,
            outbox=outbox,
            report=report,
            summary=self.summary,
            now=now,
            last_wins=mapping.mapping.repeated_key == "last_wins",
        )
        run.run(table.rows())
        report.finish()
        table.close()


class _Lists:
    def __init__(
        self, desk: Desk, envelopes: Envelopes, writer: LedgerWriter, registry: MemoryRegistry, now: int
    ) -> None:
        self._desk = desk
        self._envelopes = envelopes
        self._writer = writer
        self._decoder = Decoder()
        self._registry = registry
        self._now = now

    def send(self, rows: Sequence[RowOut]) -> None:
        for each in rows:
            _, value = self._writer.row(each.key, each.links, self._now)
            self._desk.ledger.append((each.key, value))
        for each in rows:
            for out in each.outgoing:
                _, value = self._envelopes.encode(out)
                for schema_id in self._decoder.missing_ids([value]):
                    self._decoder.learn(schema_id, self._registry.schema_by_id(schema_id))
                self._desk.log.append(self._decoder.decode(value))

    def complete(self, accepted: int) -> None:
        assert accepted == self._desk.summary.rows_accepted
        self._desk.completed.add(self._desk.summary.import_id)
