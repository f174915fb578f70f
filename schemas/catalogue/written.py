"""A YAML file together with the lines its parts stand on, and the list of what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from schemas.catalogue.parsed import parsed
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Place = tuple[str | int, ...]


class Mistake(NamedTuple):
    """What is wrong on a line (None: the whole file), and what would be allowed there."""

    line: int | None
    problem: str
    allowed: str = ""


class CatalogueRefused(Refused):
    """A catalogue that is not accepted, with every mistake found in it, not only the first."""

    def __init__(self, file: Path, mistakes: Sequence[Mistake]) -> None:
        ordered = sorted(mistakes, key=lambda mistake: mistake.line or 0)
        first = ordered[0]
        super().__init__(file, first.line, first.problem, first.allowed)
        self.mistakes = tuple(ordered)
        self.args = ("\n".join(str(Refused(file, *mistake)) for mistake in ordered),)


class Written:
    """The file as read: `data` is its content, `line` finds where a part of it stands. Raises Refused for bad YAML."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            text = file.read_text(encoding="utf-8")
            self.data, self._lines = parsed(text)
        except FileNotFoundError as error:
            raise Refused(file, None, "没有这个文件 / there is no such file") from error
        except UnicodeDecodeError as error:
            raise Refused(file, None, "不是 UTF-8 / not UTF-8") from error
        except MarkedYAMLError as error:
            line = None if error.problem_mark is None else error.problem_mark.line + 1
            raise Refused(file, line, f"不是合法的 YAML / not valid YAML: {error.problem}") from error
        except YAMLError as error:
            raise Refused(file, None, f"不是合法的 YAML / not valid YAML: {error}") from error

    def line(self, place: Place) -> int | None:
        """Return the line of a part given by its keys and positions; of the nearest part around it that is there."""
        lines, line = self._lines, 1
        for key in place:
            if not (key in lines if isinstance(lines, dict) else isinstance(lines, list) and key in range(len(lines))):
                continue  # pydantic names the branch of a union there
            found, lines = lines[key]
            line = found or line
        return line


def mistake_of(written: Written, problem: Any) -> Mistake:
    """Say pydantic's finding in our words, and what would have been allowed."""
    place: Place = tuple(problem["loc"])
    key = next((each for each in reversed(place) if isinstance(each, str)), "")
    context = problem.get("ctx", {})
    allowed = str(context.get("expected", "")).replace(" or ", ", ")
    match problem["type"]:
        case "extra_forbidden":
            text = f"未知的键 {key} / unknown key {key}"
            allowed = "see schemas/catalogue/README.md"
        case "missing":
            text = f"缺少 {key} / {key} is missing"
            place = place[:-1]
        case "string_pattern_mismatch" if key == "zh":
            text = "zh 里没有中文 / there is no Chinese in `zh`"
        case "string_pattern_mismatch" if key == "en":
            text = "en 里没有英文 / there is no English in `en`"
        case _:
            text = f"{key}: {problem['msg']}"
    return Mistake(written.line(place), text, allowed)
