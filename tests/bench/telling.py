"""How a measurement says what it found: a table to paste into the README, and JSON with the machine and the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tests.faults import results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True)
class Found:
    """What a measurement found: rows for people, figures for programs, and what is wrong, with which no figure counts."""

    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    notes: Sequence[str]
    figures: dict[str, Any]
    wrong: Sequence[str] = field(default=())


def tell(found: Found, written: Path | None) -> None:
    """Print and, if asked, write what was found. Ends the process with 1 when something is wrong."""
    click.echo("\n" + results.table(found.heads, found.rows) + "\n")
    for note in found.notes:
        click.echo(note)
    if written is not None:
        results.write(written.stem, found.figures | {"wrong": list(found.wrong)}, written.parent)
    for wrong in found.wrong:
        click.echo(f"✗ {wrong}", err=True)
    if found.wrong:
        raise SystemExit(1)


def say(text: str) -> None:
    """Say how it goes, beside the result."""
    click.echo(text, err=True)


quick = click.option("--quick", is_flag=True, help="少而快，只看一眼 / small, for a look")
as_json = click.option(
    "--json", "written", type=click.Path(path_type=Path), help="结果写入此文件 / write what was found here (.json)"
)


def command(function: Callable[..., None]) -> click.Command:
    """Return the command of a measurement, with the options every one has."""
    settings = {"help_option_names": ["-h", "--help"]}
    return click.command(context_settings=settings)(quick(as_json(function)))
