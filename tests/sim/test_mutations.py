"""The simulation can fail: with any one mechanism of the product broken, it notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sim import mutations, sink_mutations
from tests.sim.running import first_failure

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = 2000
"""Most are noticed among the first fifty, all among the first few hundred; the rest is for a mutation's bad luck."""


@pytest.mark.parametrize(
    "mutation", [*mutations.MUTATIONS, *sink_mutations.MUTATIONS], ids=lambda mutation: str(mutation.__name__)
)
def test_a_broken_mechanism_is_noticed(mutation: Callable[[], Any]) -> None:
    failure = first_failure(range(FEW), mutation)
    assert failure is not None, f"{FEW} seeds do not notice: {mutation.__doc__}"
