"""Standard output whose reader may go away, as in `xiangmai query … | head -1`: then the command ends, and says nothing.

Left to itself that is an OSError among others, to be taken for a connection that was cut, or told as a fault of ours.
"""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

EXIT_UNREAD: Final = 141
"""What a shell says of a program that ended for want of a reader: 128 and the number of SIGPIPE."""


def end_when_unread() -> None:
    """From now on, a write to standard output that nobody reads raises SystemExit(EXIT_UNREAD); later ones are dropped."""
    there = sys.stdout
    if there is None:  # the program was started without one
        sys.stdout = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")
    if not isinstance(there, io.TextIOWrapper):
        return
    there.flush()
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(there.fileno(), "w", closefd=False)),
        encoding=there.encoding,
        errors=there.errors,
        line_buffering=there.line_buffering,
        write_through=there.write_through,
    )


class _Output(io.FileIO):
    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            raise SystemExit(EXIT_UNREAD) from None
