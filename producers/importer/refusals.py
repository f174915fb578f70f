"""Refused rows: the words of every reason, and the report beside the file that a person corrects them from."""

from __future__ import annotations

import csv
import os
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from producers.importer.table import Refusal, Row

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "cells": ("单元格个数与表头不符", "the row has another number of cells than the header"),
    "encoding": ("有无法识别的字节，请检查文件编码", "bytes that are not in the file's encoding"),
    "quoting": ("引号不成对", "a quote that is never closed, or stands in the wrong place"),
    "too_long": ("这一行过长", "the row is too long"),
    "no_key": ("行键为空或不可用", "what identifies the row is empty or unusable"),
    "repeated_key": ("行键与前面的行重复", "another row before this one has the same key"),
    "superseded": (
        "后面有同一行键的行，以后者为准",
        "a later row has the same key, and the mapping lets the last one win",
    ),
    "missing": ("必填的内容为空", "a required value is empty"),
    "no_place": ("没有填乡镇或村", "no township or village is given"),
    "unknown_place": ("区划表里没有这个地方", "the place table has no such place"),
    "ambiguous_place": ("这个地名不止一处", "there is more than one such place"),
    "time": ("不是约定格式的时间", "not a time in one of the mapping's formats"),
    "time_ambiguous": ("时钟回拨，这个时间出现了两次", "the clock was put back: this time came twice"),
    "time_nonexistent": ("时钟拨快，这个时间不存在", "the clock was put forward: there was no such time"),
    "event_time": ("时间过早或在未来", "too long ago, or in the future"),
    "integer": ("不是整数", "not a whole number"),
    "number": ("不是数", "not a number"),
    "decimal": ("不是纯数字金额（不带单位）", "not a plain amount: digits, a point, thousands by commas, no unit"),
    "boolean": ("不是“是/否”", "neither yes nor no"),
    "code": ("代码表里没有这个值", "the code table has no such value"),
    "scientific": (
        "编号被表格软件变成了科学计数，原值已丢失，请从来源重新导出",
        "a code turned into scientific notation: its digits are lost, export it again as text",
    ),
    "formula": ("单元格是公式或公式错误，不是值", "a formula or its error, not a value"),
    "text": ("文字里有不允许的字符", "characters that text may not hold (NUL, half a character)"),
    "rule:max_length": ("文字过长", "the text is too long"),
    "rule:min_length": ("文字为空或过短", "the text is empty or too short"),
    "rule:minimum": ("数值过小", "the number is too small"),
    "rule:maximum": ("数值过大", "the number is too large"),
    "rule:scale": ("小数位数过多", "too many digits after the point"),
    "rule:precision": ("金额位数过多", "too many digits before the point"),
    "rule:not_before": ("时间早于它应在其后的时间", "the time is before another that it must follow"),
    "rule:symbol": ("不在允许的取值之内", "none of the allowed values"),
    "rule:pattern": ("格式不对", "not in the required form"),
    "rule:time_range": ("时间不在1970至2200年之间", "not between the years 1970 and 2200"),
}
HEAD: Final = ("line", "column", "value", "reason", "原因", "explanation")
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
_MAX_VALUE: Final = 500


def words_of(refusal: Refusal) -> tuple[str, str]:
    """Return the reason in Chinese and in English, with what is particular to the row."""
    zh, en = WORDS.get(refusal.reason, ("不符合规则", "breaks a rule of the record"))
    if refusal.reason not in WORDS and refusal.zh:
        return refusal.zh, refusal.en or en
    return zh + (f"：{refusal.zh}" if refusal.zh else ""), en + (f": {refusal.en}" if refusal.en else "")


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: a `'` before = + - @ TAB CR."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


class Report:
    """Writes FILE.refused.csv (UTF-8 with BOM, so that Excel reads it), only when a row is refused.

    It holds the rows themselves, so only its owner may read it. An older report is replaced, or removed when every row
    is fine now; nothing is touched before `finish`.
    """

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self.file = file
        self.written = False
        self._partial = file.with_name(f".{file.name}.{os.getpid()}.part")
        self._columns = columns
        self._opened: Any = None
        self._writer: Any = None

    def add(self, row: Row, refusal: Refusal) -> None:
        """Add a row; raises Refused when the report cannot be written."""
        if self._opened is None:
            self._open()
        zh, en = words_of(refusal)
        self._writer.writerow(
            [
                row.line,
                *(safe_cell(text) for text in (refusal.column, refusal.value[:_MAX_VALUE], refusal.reason, zh, en)),
                *(safe_cell(cell) for cell in row.cells),
            ]
        )

    def finish(self) -> None:
        """Put the report in its place."""
        if self._opened is None:
            self.file.unlink(missing_ok=True)
            return
        self._opened.close()
        self._partial.replace(self.file)
        self.written = True

    def abandon(self) -> None:
        """Leave things as they were."""
        if self._opened is not None:
            self._opened.close()
            self._partial.unlink(missing_ok=True)

    def _open(self) -> None:
        try:
            descriptor = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise Refused(
                self.file, None, f"报告写不进去 / the report cannot be written: {error.strerror}", "--report FILE"
            ) from error
        self._opened = os.fdopen(descriptor, "w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._opened)
        self._writer.writerow([*HEAD, *(safe_cell(column) for column in self._columns)])
