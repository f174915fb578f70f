"""Python source put together line by line: what rule_code and read_code share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Source:
    """A function in the making. Values enter as constants, never as text, so nothing in a schema can become code."""

    def __init__(self, head: str) -> None:
        self._lines = [head]
        self._indent = 1
        self._variables = 0
        self._constants: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Add a line at the present depth."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add a head such as `if x:`; what is added inside stands below it, `pass` if nothing is."""
        self.line(head)
        self._indent += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._indent -= 1

    def variable(self) -> str:
        """Return a new variable's name."""
        self._variables += 1
        return f"v{self._variables}"

    def constant(self, value: Any) -> str:
        """Return the name under which the function finds this value."""
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def compile(self, name: str, title: str, helpers: dict[str, Any]) -> Callable[..., Any]:
        """Return the function `name`; raises SyntaxError when it is nested deeper than Python allows."""
        namespace = {**self._constants, **helpers}
        text = "\n".join(self._lines if len(self._lines) > 1 else [*self._lines, "    pass"])
        exec(compile(text, f"<{title}>", "exec"), namespace)  # noqa: S102 - made of our own lines only, see the class
        function: Callable[..., Any] = namespace[name]
        return function
