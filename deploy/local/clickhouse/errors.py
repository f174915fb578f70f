"""Errors with ClickHouse's codes and words."""

from __future__ import annotations

import re

UNKNOWN_EXCEPTION = 1002
QUERY_WAS_CANCELLED = 394
ERROR = re.compile(r"(?:Streaming \w+ \w+(?: failed)?: )?Code: (\d+)\. (DB::Exception: .*)", re.DOTALL)
REPEATED = re.compile(r"\ADB::Exception: Code: \d+\. (?=DB::Exception: )")
VERSION_NOTE = re.compile(r" \(version [\d.]+(?: \(.*\))?\)\Z")


class EngineError(Exception):
    """A refusal of the engine or this server: ClickHouse's code and its text without the leading `Code: N.`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"Code: {code}. {message}")
        self.code = code
        self.message = message

    @classmethod
    def of(cls, code: int, name: str, text: str) -> EngineError:
        """Word an error of this server the way ClickHouse words its own."""
        return cls(code, f"DB::Exception: {text} ({name})")

    @classmethod
    def parse(cls, error: BaseException) -> EngineError:
        """Read the code and text out of what the engine raised."""
        # The engine's text may quote binary values, which its Python binding then fails to decode.
        text = error.object.decode(errors="replace") if isinstance(error, UnicodeDecodeError) else str(error)
        match = ERROR.search(text)
        if match:
            return cls(int(match.group(1)), VERSION_NOTE.sub("", REPEATED.sub("", match.group(2).strip())))
        return cls(UNKNOWN_EXCEPTION, f"DB::Exception: {text}")
