"""The gate, as an author meets it: a copy of the domains, one careless change, `xiangmai schemas check`."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from schemas import gate
from schemas.command import run
from schemas.domain import load_domains
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Schema = dict[str, Any]

MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}


@pytest.fixture
def domains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the domains that `xiangmai` is told to use."""
    folder = tmp_path / "domains"
    shutil.copytree(Settings().domains, folder)
    monkeypatch.setenv("XIANGMAI_DOMAINS", str(folder))
    return folder


def edit(folder: Path, record: str, change: Callable[[Schema], object]) -> None:
    file = folder / "appeals" / f"{record}.avsc"
    schema = json.loads(file.read_text(encoding="utf-8"))
    change(schema)
    file.write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")


def field(schema: Schema, name: str) -> Schema:
    found: Schema = next(each for each in schema["fields"] if each["name"] == name)
    return found


def remove(schema: Schema, name: str) -> None:
    schema["fields"] = [each for each in schema["fields"] if each["name"] != name]


def add(schema: Schema, **attributes: Any) -> None:
    words = {"zh": "新字段", "en": "new field", "doc": "一个新字段。 / A new field.", "privacy": "none"}
    schema["fields"].append({"name": "new_field", **words, **attributes})


def add_money(schema: Schema, **type_: Any) -> None:
    add(schema, type=["null", MONEY | type_], minimum=0, default=None)


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, str]]]:
    code = run(["schemas", "check", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_what_we_ship_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schemas", "check"]) == 0
    assert "通过" in capsys.readouterr().out


CARELESS: dict[str, tuple[str, Callable[[Schema], object], str, str]] = {
    "drops a field": ("AppealReported", lambda s: remove(s, "category"), "category", "removed"),
    "renames a symbol": (
        "AppealReported",
        lambda s: field(s, "channel")["type"]["symbols"].__setitem__(0, "hotline12345"),
        "channel",
        "removed or renamed: hotline",
    ),
    "forgets the privacy tag": (
        "AppealClosed",
        lambda s: add(s, type=["null", "long"], default=None, privacy=None),
        "new_field",
        "needs a privacy tag",
    ),
    "misspells the privacy tag": (
        "AppealClosed",
        lambda s: field(s, "outcome").update(privacy="public"),
        "outcome",
        "privacy tag",
    ),
    "forgets the default": ("AppealClosed", lambda s: add(s, type="long"), "new_field", "needs a default"),
    "forgets the Chinese name": (
        "AppealClosed",
        lambda s: field(s, "outcome").update(zh="outcome"),
        "outcome",
        "Chinese name",
    ),
    "forgets the English name": ("AppealClosed", lambda s: field(s, "outcome").pop("en"), "outcome", "English name"),
    "explains in one language": (
        "AppealClosed",
        lambda s: field(s, "outcome").update(doc="结果。"),
        "outcome",
        "both languages",
    ),
    "does not name a symbol": (
        "AppealClosed",
        lambda s: field(s, "outcome")["type"]["symbols"].append("withdrawn"),
        "outcome",
        "withdrawn lacks",
    ),
    "changes the envelope": (
        "AppealClosed",
        lambda s: field(s, "department").update(max_length=100),
        "department",
        "exactly as in Envelope.avsc",
    ),
    "moves the envelope": ("AppealClosed", lambda s: s["fields"].reverse(), "event_id", "exactly as in Envelope.avsc"),
    "misspells a rule": ("AppealRated", lambda s: field(s, "score").update(max=5), "score", "unknown attribute max"),
    "lets text grow for ever": (
        "AppealRated",
        lambda s: add(s, type=["null", "string"], default=None),
        "new_field",
        "needs max_length",
    ),
    "puts a rule on the wrong type": (
        "AppealRated",
        lambda s: field(s, "score").update(max_length=5),
        "score",
        "does not apply",
    ),
    "compares with no field": (
        "AppealReported",
        lambda s: field(s, "due_at").update(not_before="opened_at"),
        "due_at",
        "not there",
    ),
    "writes a broken pattern": (
        "AppealRated",
        lambda s: field(s, "appeal_id").update(pattern="["),
        "appeal_id",
        "regular expression",
    ),
    "names a field in CamelCase": (
        "AppealRated",
        lambda s: add(s, name="newField", type=["null", "long"], default=None),
        "newField",
        "snake_case",
    ),
    "makes null the second branch": (
        "AppealRated",
        lambda s: add(s, type=["long", "null"], default=0),
        "new_field",
        "a union is",
    ),
    "loosens a privacy tag": (
        "AppealReported",
        lambda s: field(s, "summary").update(privacy="none"),
        "summary",
        "loosened",
    ),
    "leaves money without a floor": (
        "AppealRated",
        lambda s: add(
            s,
            type=["null", MONEY],
            default=None,
        ),
        "new_field",
        "needs a minimum",
    ),
    "makes money longer than eighteen digits": (
        "AppealRated",
        lambda s: add_money(s, precision=19),
        "new_field",
        "a precision of 1 to 18",
    ),
    "gives money more digits after the point than it has": (
        "AppealRated",
        lambda s: add_money(s, precision=4, scale=5),
        "new_field",
        "a scale of 0 to the precision",
    ),
    "writes money in a fixed number of bytes": (
        "AppealRated",
        lambda s: add_money(s, type="fixed", name="Money", size=8),
        "new_field",
        "a decimal is bytes",
    ),
    "gives money a default of its own": (
        "AppealRated",
        lambda s: add(s, type={**MONEY, "scale": 2}, minimum=0, default="\u0000"),
        "new_field",
        "no default but null",
    ),
    "writes a minimum as text": (
        "AppealRated",
        lambda s: add(s, type=["null", MONEY], minimum="0", default=None),
        "new_field",
        "minimum must be a number",
    ),
    "uses a named type twice": (
        "AppealClosed",
        lambda s: add(s, type=["null", "Outcome"], default=None),
        "new_field",
        "a name of its own",
    ),
    "lets an array hold nothing": (
        "AppealRated",
        lambda s: add(s, type={"type": "array", "items": "null"}, default=[]),
        "",
        "take no bytes",
    ),
}


@pytest.mark.parametrize("careless", CARELESS.values(), ids=CARELESS.keys())
def test_a_careless_change_is_refused_with_the_field_and_the_reason(
    domains: Path, capsys: pytest.CaptureFixture[str], careless: tuple[str, Callable[[Schema], object], str, str]
) -> None:
    record, change, place, why = careless
    edit(domains, record, change)

    code, problems = check(capsys)

    assert code == 1
    named = [problem for problem in problems if problem["record"] == f"xiangmai.appeals.{record}"]
    assert any(problem["field"] == place and why in problem["en"] and problem["zh"] for problem in named)


def test_a_good_change_passes_once_it_is_published(domains: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(domains, "AppealClosed", lambda s: add(s, type=["null", "long"], default=None))
    code, problems = check(capsys)
    assert code == 1
    assert [problem["en"] for problem in problems] == [
        "its shape is not in history.json: run `xiangmai schemas publish` and commit"
    ]

    assert run(["schemas", "publish"]) == 0
    capsys.readouterr()

    assert check(capsys) == (0, [])
    versions = json.loads((domains / "appeals" / "history.json").read_text(encoding="utf-8"))[
        "xiangmai.appeals.AppealClosed"
    ]
    assert [len(version["fields"]) for version in versions][-2:] == [11, 12]


def test_better_words_need_no_publishing(domains: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(domains, "AppealClosed", lambda s: field(s, "outcome").update(doc="结果说明。 / How it ended.", zh="结果"))
    assert check(capsys) == (0, [])


def test_every_earlier_version_counts_not_only_the_last(domains: Path, capsys: pytest.CaptureFixture[str]) -> None:
    optional = {"type": ["null", "long"], "default": None}
    edit(domains, "AppealClosed", lambda s: add(s, **optional))
    assert run(["schemas", "publish"]) == 0
    edit(domains, "AppealClosed", lambda s: remove(s, "new_field"))
    assert run(["schemas", "publish"]) == 0
    capsys.readouterr()

    edit(domains, "AppealClosed", lambda s: add(s, type=["null", "string"], default=None, max_length=9))

    code, problems = check(capsys)
    assert code == 1
    assert any("from [long, null] to [null, string]" in problem["en"] for problem in problems)


def test_publishing_what_breaks_is_refused_and_writes_nothing(
    domains: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (domains / "appeals" / "history.json").read_bytes()
    edit(domains, "AppealReported", lambda s: remove(s, "category"))
    assert run(["schemas", "publish"]) == 1
    assert "category" in capsys.readouterr().out
    assert (domains / "appeals" / "history.json").read_bytes() == before


def test_a_record_cannot_just_disappear(domains: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (domains / "appeals" / "AppealRated.avsc").unlink()
    code, problems = check(capsys)
    assert code == 1
    assert ("xiangmai.appeals.AppealRated", "the record was removed; its events are still there") in [
        (problem["record"], problem["en"]) for problem in problems
    ]


def test_two_folders_are_compared(domains: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = tmp_path / "theirs"
    shutil.copytree(domains, theirs)
    edit(theirs, "AppealClosed", lambda s: add(s, type="string", max_length=5))
    code, problems = check(capsys, "--against", str(theirs))
    assert code == 1
    assert {(each["record"], each["field"]) for each in problems} == {("xiangmai.appeals.AppealClosed", "new_field")}


def test_a_folder_with_nothing_to_compare_is_no_pass(domains: Path, tmp_path: Path) -> None:
    assert domains.exists()
    (tmp_path / "empty").mkdir()
    assert run(["schemas", "check", "--against", str(tmp_path / "empty")]) == 1


def test_a_git_ref_is_compared(domains: Path, capsys: pytest.CaptureFixture[str]) -> None:
    author = ["-c", "user.name=t", "-c", "user.email=t@t"]
    for arguments in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run(["git", *arguments], cwd=domains, check=True)
    before = gate.check_history(load_domains(domains), "HEAD")
    edit(domains, "AppealClosed", lambda s: remove(s, "outcome"))

    added = [problem for problem in gate.check_history(load_domains(domains), "HEAD") if problem not in before]

    assert [(problem.record, problem.field) for problem in added] == [("xiangmai.appeals.AppealClosed", "outcome")]
    assert "incompatible with HEAD" in added[0].en
    assert run(["schemas", "check", "--against", "nowhere"]) == 1
    assert "git does not know nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "1"),
        ('{"type": "enum", "name": "X"}', "Broken.avsc"),
        ('{"type": "record", "name": "Y", "fields": []}', "Y"),
    ],
)
def test_a_file_that_is_no_record_is_named(
    domains: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    (domains / "appeals" / "Broken.avsc").write_text(text, encoding="utf-8")
    assert run(["schemas", "check"]) == 1
    told = capsys.readouterr().err
    assert "Broken.avsc" in told
    assert place in told
