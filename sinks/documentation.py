"""The generated part of README.md: every view with its columns. `python -m sinks.documentation` writes it, a test holds it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.views import all_views

if TYPE_CHECKING:
    from sinks.layout import Layout
    from sinks.tables import View

README: Final = Path(__file__).parent / "README.md"
BEGIN: Final = "<!-- generated: python -m sinks.documentation -->"
END: Final = "<!-- end of the generated part -->"

_COLUMN: Final = re.compile(r"^    `(?P<name>\w+)` (?P<type>.+?) COMMENT '(?P<comment>.*?)',?$", re.MULTILINE)
_COMMENT: Final = re.compile(r"^COMMENT '(?P<comment>.*)'$", re.MULTILINE)


def tables_as_markdown(layout: Layout) -> str:
    """Return a section for every view of the database people query."""
    views = [view for view in all_views(layout) if view.database == layout.database]
    return "\n".join(_section(view) for view in sorted(views, key=lambda view: view.name))


def current_readme(text: str, layout: Layout) -> str:
    """Return the README with its generated part as it should be now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables_as_markdown(layout)}\n{END}{after}"


def _section(view: View) -> str:
    comment = _COMMENT.search(view.sql)
    rows = [
        f"| `{found['name']}` | {found['type'].replace('|', chr(92) + '|')} | {_plain(found['comment'])} |"
        for found in _COLUMN.finditer(view.sql)
    ]
    said = _plain(comment["comment"]) if comment else ""
    return "\n".join(
        [f"### `{view.name}`", "", said, "", "| column | type | 含义 / meaning |", "| --- | --- | --- |", *rows, ""]
    )


def _plain(comment: str) -> str:
    return comment.replace("\\'", "'").replace("''", "'").replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(current_readme(README.read_text(encoding="utf-8"), load_layout(Settings())), encoding="utf-8")
