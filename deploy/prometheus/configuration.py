"""Prometheus' configuration for a stack: what is scraped follows from the stack's ports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from deploy.local.layout import Layout

HERE: Final = Path(__file__).parent
RULES: Final = HERE / "rules.yml"
ALERTMANAGER: Final = HERE / "alertmanager.yml"
JOBS: Final = {
    "worker": "worker-metrics",
    "sink": "sink-metrics",
    "verify": "verify-metrics",
    "lag-exporter": "lag-metrics",
    "clickhouse": "clickhouse-metrics",
}
"""Scrape job, named as its process, -> the port's name in the layout. The rule TargetDown watches each of these jobs by name."""


def write_prometheus(layout: Layout) -> Path:
    """Write prometheus.yml for this stack and return its path. It is JSON, which is YAML."""
    file = layout.run / "prometheus.yml"
    file.write_text(json.dumps(prometheus(layout.ports), indent=2) + "\n")
    return file


def prometheus(ports: Any) -> dict[str, Any]:
    """The configuration: five jobs on loopback, every two seconds, with our rules and our Alertmanager."""
    return {
        "global": {"scrape_interval": "2s", "evaluation_interval": "5s"},
        "rule_files": [str(RULES)],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{ports['alertmanager']}"]}]}]},
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{ports[port]}"]}]}
            for job, port in JOBS.items()
        ],
    }
