"""What a row gave before and gives now: which events must be sent so that only what it gives now counts. Pure.

An event's id follows from the row's history, so a crash at any point, before or after anything was sent, leaves ids
that are sent again as they were, or corrected by name. The ledger row is written before the events, and is *confirmed*
once an import that wrote it is complete: until then, whatever it names may or may not have been sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from producers.identity import event_id_for
from producers.importer.row_plan import Slot
from schemas.domain import EVENT_VOIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

VOID_CONTENT: Final = "void"


class Link(NamedTuple):
    """One event of a row's history, as the ledger keeps it. A void stands in the slot of the event it voids."""

    record: str
    ordinal: int
    event_id: str
    content_hash: str
    township: str
    case_id: str | None
    corrects: str | None
    voids: bool
    department: str
    recorded_at: int

    @property
    def slot(self) -> Slot:
        """Which of the row's events it is."""
        return Slot(self.record, self.ordinal)

    @property
    def home(self) -> tuple[str, str | None]:
        """The case it belongs to."""
        return self.township, self.case_id


class Desired(NamedTuple):
    """An event the row gives now, ready but for its ids. `recorded_at` inside it may be None."""

    slot: Slot
    event: dict[str, Any]
    content_hash: str
    case_id: str | None


class Outgoing(NamedTuple):
    """An event to be sent; `event` is None for a void, which its link describes. `again`: it stood in the ledger."""

    link: Link
    event: dict[str, Any] | None
    again: bool


class Reconciled(NamedTuple):
    """The row's new history, what to send (before which the history must be in the ledger), and whether it changed."""

    links: list[Link]
    outgoing: list[Outgoing]
    changed: bool


def reconcile(
    source: str, row_key: str, old: Sequence[Link], *, confirmed: bool, desired: Sequence[Desired], now: int
) -> Reconciled:
    """Bring a row from what it gave (`old`) to what it gives; `now` (ms) is recorded_at where nothing else says it.

    Unchanged and confirmed: nothing to send. Unchanged, not confirmed: the same events again, byte for byte. Changed: a
    new event corrects the last link; where it may be that the last link was never sent, what that one was to correct is
    voided as well. A row that moved to another case is voided in the old one.
    """
    return _Reconciliation(source, row_key, old, confirmed=confirmed, now=now).to(desired)


class _Reconciliation:
    def __init__(self, source: str, row_key: str, old: Sequence[Link], *, confirmed: bool, now: int) -> None:
        self._source = source
        self._row_key = row_key
        self._old = old
        self._confirmed = confirmed
        self._now = now
        self._live = {link.slot: link for link in old if not link.voids}
        self._old_voids = [link for link in old if link.voids]
        self._kept: list[Link] = []
        self._voids: list[Link] = []
        self._outgoing: list[Outgoing] = []

    def to(self, desired: Sequence[Desired]) -> Reconciled:
        for each in desired:
            self._give(each)
        wanted = {each.slot for each in desired}
        for slot, link in self._live.items():
            if slot not in wanted:
                self._take_back(link)
        still_needed = [void for void in self._old_voids if not self._confirmed or void.slot not in wanted]
        if not self._confirmed:
            self._outgoing += [Outgoing(void, None, again=True) for void in still_needed]
        known = {void.event_id for void in still_needed}
        new_voids = [void for void in dict.fromkeys(self._voids) if void.event_id not in known]
        self._outgoing += [Outgoing(void, None, again=False) for void in new_voids]
        links = [*self._kept, *still_needed, *new_voids]
        return Reconciled(links, self._outgoing, changed=links != list(self._old))

    def _give(self, desired: Desired) -> None:
        """Keep the slot's link when it says the same; otherwise let a new one follow it."""
        live = self._live.get(desired.slot)
        if live is not None and live.content_hash == desired.content_hash:
            self._kept.append(live)
            if not self._confirmed:
                self._outgoing.append(Outgoing(live, _identified(desired.event, live), again=True))
            return
        last = live or next((void for void in reversed(self._old_voids) if void.slot == desired.slot), None)
        link = self._following(desired, last)
        self._kept.append(link)
        self._outgoing.append(Outgoing(link, _identified(desired.event, link), again=False))
        if live is not None:
            self._void_what_may_be_uncorrected(live)
            if live.home != link.home:
                self._void(live, live.event_id)

    def _following(self, desired: Desired, last: Link | None) -> Link:
        event, slot = desired.event, desired.slot
        home = (event["township"], desired.case_id)
        return Link(
            record=slot.record,
            ordinal=slot.ordinal,
            event_id=event_id_for(
                self._source,
                self._row_key,
                f"{slot.record}#{slot.ordinal}",
                desired.content_hash.encode(),
                previous=last.event_id if last else "",
            ),
            content_hash=desired.content_hash,
            township=event["township"],
            case_id=desired.case_id,
            corrects=last.event_id if last and not last.voids and last.home == home else None,
            voids=False,
            department=event["department"],
            recorded_at=self._now if event.get("recorded_at") is None else event["recorded_at"],
        )

    def _take_back(self, link: Link) -> None:
        """Void what the row no longer gives; the void of the last link comes last, for the next one to follow it."""
        self._void_what_may_be_uncorrected(link)
        self._void(link, link.event_id)

    def _void_what_may_be_uncorrected(self, link: Link) -> None:
        """If the link was never sent, what it was to correct still counts: void that by itself. Twice does no harm."""
        if not self._confirmed and link.corrects is not None:
            self._void(link, link.corrects)

    def _void(self, link: Link, target: str) -> None:
        self._voids.append(
            link._replace(
                event_id=event_id_for(self._source, self._row_key, EVENT_VOIDED, target.encode()),
                content_hash=VOID_CONTENT,
                corrects=target,
                voids=True,
                recorded_at=self._now,
            )
        )


def _identified(event: dict[str, Any], link: Link) -> dict[str, Any]:
    return {**event, "event_id": link.event_id, "corrects": link.corrects, "recorded_at": link.recorded_at}
