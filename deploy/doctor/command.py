"""`xiangmai doctor`: one command for whoever was woken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click
from rich.console import Console

EXIT_FINDINGS: Final = 1
EXIT_NOTHING: Final = 3
WIDE: Final = 140
"""Columns where nobody's terminal says how many there are."""


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="数据文件夹 / data folder [XIANGMAI_DATA, .local]"
)
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def doctor(*, data: Path | None, output: str) -> int:
    """体检：哪里不好，先做什么。 / What is wrong with the line, and what to do first.

    Asks everything at once and takes a few seconds at most, also when everything is down. With --data the stack in that
    folder is asked, else what XIANGMAI_* lead to. Exit code 0: all is well; 1: findings; 3: nothing answers.
    """
    from deploy.doctor.addresses import Addresses
    from deploy.doctor.asking import look
    from deploy.doctor.findings import findings, nothing_answers
    from deploy.doctor.report import as_json, show
    from deploy.local.layout import data_folder, load_layout

    layout = load_layout(data_folder(data))
    seen = look(layout, Addresses.of(layout, {} if data is not None else None))
    found = findings(seen)
    nothing = nothing_answers(seen)
    if output == "json":
        verdict = "nothing_answers" if nothing else "findings" if found else "well"
        click.echo(json.dumps(as_json(seen, found, verdict), ensure_ascii=False, indent=2))
    else:
        console = Console(soft_wrap=True)
        show(seen, found, console if console.is_terminal else Console(soft_wrap=True, width=WIDE))
    return EXIT_NOTHING if nothing else EXIT_FINDINGS if found else 0
