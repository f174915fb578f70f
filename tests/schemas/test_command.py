"""The front door: it finds what is installed, loads what is called, and ends with the right code."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from pydantic import BaseModel, ValidationError

from schemas import command
from schemas.command import SHORT_HELP, cli, run
from schemas.errors import InvalidEvent, Refused, Unavailable
from schemas.standard_output import EXIT_UNREAD
from tests.unread import run_unread

XIANGMAI = Path(sys.executable).with_name("xiangmai")


def add(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> None:
    """Install a subcommand `trouble` that raises."""

    @click.command()
    def trouble() -> None:
        if error is not None:
            raise error

    class Point:
        value = "nowhere:trouble"

        @staticmethod
        def load() -> click.Command:
            return trouble

    monkeypatch.setattr(command, "_installed", lambda: {"trouble": Point})


def invalid(title: str) -> ValidationError:
    return ValidationError.from_exception_data(title, [{"type": "missing", "loc": ("kafka_bootstrap",), "input": {}}])


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (None, 0, ""),
        (Refused("file.avsc", 3, "坏 / bad", "good"), 1, "file.avsc:3: 坏 / bad 允许 / allowed: good"),
        (InvalidEvent("rule:maximum", "too much", "score"), 1, "rule:maximum: score: too much"),
        (click.UsageError("what?"), 2, "what?"),
        (invalid("Settings"), 2, "XIANGMAI_KAFKA_BOOTSTRAP"),
        (Unavailable("Kafka", "127.0.0.1:1", cause="refused"), 3, "Kafka does not answer at 127.0.0.1:1 (refused)"),
        (Unavailable("Kafka", "127.0.0.1:1"), 3, "xiangmai stack up"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_each_kind_of_trouble_has_its_exit_code_and_its_words(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException | None,
    code: int,
    told: str,
) -> None:
    add(monkeypatch, error)
    assert run(["trouble"]) == code
    assert told in capsys.readouterr().err


def test_our_own_mistake_is_not_dressed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model(BaseModel):
        number: int

    with pytest.raises(ValidationError) as mistake:
        Model.model_validate({})
    add(monkeypatch, mistake.value)
    with pytest.raises(ValidationError):
        run(["trouble"])
    add(monkeypatch, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        run(["trouble"])


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fly"]) == 2
    assert "fly" in capsys.readouterr().err


def test_a_room_that_does_not_load_is_told_and_the_others_still_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        value = "nowhere:gone"

        @staticmethod
        def load() -> click.Command:
            raise ImportError("No module named 'nowhere'")

    monkeypatch.setattr(command, "_installed", lambda: {"broken": Broken})
    assert run(["broken"]) == 1
    assert "broken" in capsys.readouterr().err
    assert run(["--help"]) == 0
    assert "broken" in capsys.readouterr().out


def test_every_installed_command_has_a_short_help_in_both_languages() -> None:
    for point in entry_points(group=command.GROUP):
        assert " / " in SHORT_HELP[point.name], f"{point.name} is installed, but schemas/command.py has no help for it"


def test_help_names_the_commands_without_loading_their_rooms() -> None:
    loaded = (
        "import sys; from schemas.command import run; run(['--help']); print([m for m in sys.modules if m in HEAVY])"
    )
    code = loaded.replace("HEAVY", "('faust', 'kafka', 'clickhouse_driver', 'openpyxl', 'fastavro', 'httpx', 'rich')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    assert "schemas" in done.stdout


def test_the_installed_program_ends_with_the_code() -> None:
    done = subprocess.run([XIANGMAI, "schemas", "show", "Nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "schemas list" in done.stderr


@pytest.mark.parametrize(
    "arguments", ["--help", "schemas show AppealReported", "schemas list --format json", "catalogue list", "stack env"]
)
def test_a_command_whose_reader_left_ends_at_once_and_says_nothing(arguments: str) -> None:
    assert run_unread(*arguments.split()) == (EXIT_UNREAD, "")


def test_a_reader_that_leaves_early_has_what_it_read() -> None:
    shell = ["bash", "-c", f"{XIANGMAI} catalogue list --format json | head -1"]
    done = subprocess.run(shell, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[\n", "")


def test_a_command_without_standard_output_still_does_its_work() -> None:
    shell = ["bash", "-c", f"{XIANGMAI} catalogue list >&-"]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_front_door_has_a_version() -> None:
    assert isinstance(cli, click.Group)
    assert run(["--version"]) == 0
