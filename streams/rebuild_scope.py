"""What a rebuild is of: names a person gives, as kinds of case; and whether workers are there that would be disturbed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from schemas.catalogue.model import Catalogue, Indicator
    from streams.rebuilding import Scope

_REQUEST_MS: Final = 15_000
_BOOTSTRAP_MS: Final = 5_000
_ASK_AGAIN_SECONDS: Final = 0.5


class UnknownName(Exception):  # noqa: N818 - what a person typed
    """A name that is neither a domain, nor a kind of case, nor an indicator; says what there is."""


def scope_of(names: Sequence[str], catalogues: Iterable[Catalogue], scope: Scope) -> Scope:
    """Return the scope with the kinds of case these names mean; no name means all. Raises UnknownName.

    A domain means its kinds of case; an indicator those that any of its versions counts, a derived one and an index those of what
    they are made of.
    """
    every = list(catalogues)
    cases = {case for catalogue in every for case in catalogue.cases}
    domains = {catalogue.name: frozenset(catalogue.cases) for catalogue in every}
    indicators = {name: each for catalogue in every for name, each in catalogue.indicators.items()}
    if defined := sorted(scope.forgotten & cases):
        raise UnknownName(f"{', '.join(defined)}：仍有定义，不能删除 / is defined: it cannot be forgotten")
    kinds: set[str] = set()
    for name in names:
        if name in domains:
            kinds |= domains[name]
        elif name in cases:
            kinds.add(name)
        elif name in indicators:
            kinds |= _counted(indicators[name], indicators)
        else:
            allowed = ", ".join([*sorted(domains), *sorted(cases), *sorted(indicators)])
            raise UnknownName(f"{name}：没有这个领域、事项或指标 / no such domain, case or indicator. {allowed}")
    return scope._replace(kinds=frozenset(kinds if names else cases))


def _counted(indicator: Indicator, indicators: dict[str, Indicator]) -> set[str]:
    kinds = {version.case for version in indicator.versions if version.case}
    for name in indicator.inputs:
        if name in indicators:
            kinds |= _counted(indicators[name], indicators)
    return kinds


def members(bootstrap: str, group: str) -> list[str]:
    """Return the workers in the group, as `client (host)`. Blocks; raises Unavailable."""
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap.split(","), request_timeout_ms=_REQUEST_MS, bootstrap_timeout_ms=_BOOTSTRAP_MS
        )
    except (KafkaError, OSError, ValueError) as error:
        raise Unavailable("Kafka", bootstrap, cause=type(error).__name__) from error
    try:
        described = admin.describe_groups([group])[group]
    except KafkaError as error:
        raise Unavailable("Kafka", bootstrap, cause=type(error).__name__) from error
    finally:
        admin.close()
    return [
        f"{member.get('group_instance_id') or member['client_id']} ({member['client_host'].lstrip('/')})"
        for member in described["members"]
    ]


def wait_for_no_members(
    bootstrap: str, group: str, *, wait_seconds: float, tell: Callable[[list[str]], object]
) -> list[str]:
    """Wait until the group has no worker any more; return those still there after so long.

    A worker that was killed, or has a name of its own, counts until its session ends. `tell` is called once if there is a wait.
    """
    deadline, told = time.monotonic() + wait_seconds, False
    while there := members(bootstrap, group):
        if time.monotonic() >= deadline:
            return there
        if not told:
            tell(there)
            told = True
        time.sleep(_ASK_AGAIN_SECONDS)
    return []
