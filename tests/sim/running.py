"""Runs simulations: many seeds quickly, or one with its story."""

from __future__ import annotations

import gc
import multiprocessing
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from tests.sim.replaced import simulated
from tests.sim.simulation import Simulation
from tests.sim.truth import Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

REPLAY = "XIANGMAI_SIM_SEED={seed} .venv/bin/pytest -s tests/sim/test_simulation.py"
_COLLECT_EVERY = 200
_PIECE = 500
"""Seeds a process runs before another takes its place. It ends with what they leave behind, 0.4 MB each: to look for that
took a third of the time."""


def first_failure(
    seeds: Iterable[int], broken: Callable[[], AbstractContextManager[Any]] = nullcontext
) -> tuple[int, Violation] | None:
    """Return the first seed that breaks a promise, and what it breaks; None when none does.

    `broken` is a mutation of the product to run them with.
    """
    gc.freeze()  # all that pytest holds need not be looked through
    gc.disable()  # a run is short; what it leaves behind is collected every now and then
    try:
        with simulated(), broken():
            for count, seed in enumerate(seeds, start=1):
                if (violation := _violation(seed)) is not None:
                    return seed, violation
                if count % _COLLECT_EVERY == 0:
                    gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return None


def first_failure_of_many(seeds: range, processes: int) -> tuple[int, str] | None:
    """Return the first seed that breaks a promise, and what it breaks, from so many processes; None when none does."""
    first_failure(seeds[:1])  # what all runs share is made before the processes part
    pieces = [seeds[start : start + _PIECE] for start in range(0, len(seeds), _PIECE)]
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        return next((failure for failure in pool.imap(_first_failure_told, pieces) if failure is not None), None)


def _first_failure_told(seeds: range) -> tuple[int, str] | None:
    gc.disable()
    with simulated():
        for seed in seeds:
            if (violation := _violation(seed)) is not None:
                return seed, str(violation)
    return None


def _violation(seed: int) -> Violation | None:
    try:
        Simulation(seed).run()
    except Violation as violation:
        return violation
    return None


def story_of(seed: int) -> tuple[list[str], Violation | None]:
    """Return what happens in a run, step by step, and the promise it breaks, if it does."""
    story: list[str] = []
    with simulated():
        try:
            Simulation(seed, story).run()
        except Violation as violation:
            return story, violation
    return story, None
