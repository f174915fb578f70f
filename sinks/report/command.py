"""`xiangmai report`: documents and maps."""

from __future__ import annotations

import click

from sinks.report.capability import capability
from sinks.report.policy_command import policy
from sinks.report.risk_map import risk_map


@click.group("report", short_help="月报与地图 / reports and maps")
def report() -> None:
    """月报与地图：由指标与事项写出，数字与 `xiangmai indicators` 一致 / documents and maps, written from the numbers everybody sees."""


report.add_command(policy)
report.add_command(risk_map)
report.add_command(capability)
