"""clickhouse-driver's own test suite passes against the embedded server; a checked-in list explains exceptions."""

from __future__ import annotations

from deploy.local.clickhouse.yardstick import suite


def test_the_drivers_own_suite_gives_exactly_the_expected_outcomes() -> None:
    outcomes = suite.run()
    assert len(outcomes) > 200
    assert suite.differences(outcomes) == [], suite.table(outcomes)
