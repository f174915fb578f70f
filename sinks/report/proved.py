"""How the numbers of a report were proved: the whole domain verified against the events when the report is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sinks.proof.report import DIFFERENT, EQUAL, verdict
from sinks.proof.rounds import Pace
from sinks.proof.verify import Wanted, run

if TYPE_CHECKING:
    from datetime import datetime

    from schemas.settings import Settings
    from sinks.layout import Layout
    from sinks.proof.rounds import Outcome


class Proved(NamedTuple):
    """What is said of the proof, whether nobody may overlook it, and the exit code it asks for."""

    text: str
    grave: bool
    code: int


UNPROVED = Proved(
    "未核对：编制时没有与事件逐一核对（--no-verify） / not proved: written without holding the numbers against the events",
    False,
    0,
)


def prove(settings: Settings, layout: Layout, domain: str, place: str, at: datetime) -> Proved:
    """Compute every cell of a domain in a place from the events and compare; raises Unavailable, QueryFailed."""
    wanted = Wanted.of(layout, settings, domain, None, place or None, None, None)
    outcome, _ = run(settings, layout, wanted, Pace())
    return proof_of(outcome, domain, at)


def proof_of(outcome: Outcome, domain: str, at: datetime) -> Proved:
    """Return what is said of a verification."""
    found = verdict(outcome)
    moment, cells = f"{at:%Y-%m-%d %H:%M}", f"{outcome.cells:,}"
    if found == EQUAL:
        zh = f"{moment} 核对：本领域 {outcome.indicators} 个口径的全部 {cells} 个单元与由事件重算的逐一相等"
        return Proved(f"{zh} / proved: all cells equal what the events say (xiangmai verify)", grave=False, code=EQUAL)
    if found == DIFFERENT:
        zh = f"核对不一致：{moment} 有 {outcome.different:,} 个单元与由事件重算的不同，查明以前不要印发"
        en = f"{outcome.different:,} cells differ from what the events say: do not circulate before it is known why"
        return Proved(f"{zh}（xiangmai verify --domain {domain}） / {en}", grave=True, code=DIFFERENT)
    zh = f"未能核对：{moment} 共 {cells} 个单元，{outcome.unjudged:,} 个仍在变化，未作判断"
    return Proved(f"{zh} / could not be proved: cells were still moving", grave=True, code=found)
