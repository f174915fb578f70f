"""clickhouse-driver's own test suite passes against the embedded server, except for what the checked-in list explains."""

from __future__ import annotations

from tests.deploy.clickhouse import yardstick


def test_the_drivers_own_suite_gives_exactly_the_expected_outcomes() -> None:
    outcomes = yardstick.run()
    assert len(outcomes) > 200
    assert yardstick.differences(outcomes) == [], yardstick.table(outcomes)
