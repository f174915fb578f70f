"""Run the yardstick: `python -m deploy.local.clickhouse.yardstick`, with `--verbose` for every test not passed."""

from __future__ import annotations

import argparse
import sys

from deploy.local.clickhouse.yardstick.suite import differences, run, table


def main() -> int:
    """Run the suite, print its table; 1 when the outcomes differ from the checked-in list."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.clickhouse.yardstick", description=run.__doc__)
    parser.add_argument("--verbose", action="store_true", help="name every test that did not pass")
    options = parser.parse_args()
    outcomes = run()
    print(table(outcomes))
    if options.verbose:
        print(*(f"{o.result}: {o.name}: {o.reason}" for o in outcomes if o.result != "passed"), sep="\n")
    problems = differences(outcomes)
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
