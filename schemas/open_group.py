"""A group of commands to which other rooms add theirs: found through entry points, loaded when called."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import click


class OpenGroup(click.Group):
    """A group that has its own commands and those of the entry points of `group` (pyproject.toml)."""

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._group = group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name, our own first."""
        own = super().list_commands(ctx)
        return [*own, *sorted(point.name for point in entry_points(group=self._group) if point.name not in own)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; one of another room is loaded now, and told plainly when it does not load."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for point in entry_points(group=self._group, name=cmd_name):
            try:
                command: click.Command = point.load()
            except (ImportError, AttributeError) as error:
                raise click.ClickException(
                    f"命令 {cmd_name} 无法载入（{point.value}）：{error} / the command {cmd_name} does not load"
                ) from error
            return command
        return None
