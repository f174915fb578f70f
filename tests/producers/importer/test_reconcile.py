"""However a row changes and wherever imports are cut off, what counts in the end is what the row says, once."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from producers.identity import content_hash
from producers.importer.reconcile import Desired, Link, Outgoing, reconcile
from producers.importer.row_plan import Slot

OPENED, CLOSED = Slot("xiangmai.appeals.AppealReported", 0), Slot("xiangmai.appeals.AppealClosed", 0)
SECOND = Slot("xiangmai.appeals.AppealClosed", 1)
HERE, THERE = "330521001", "330521002"


def says(slot: Slot, text: str, *, township: str = HERE, case_id: str = "A1") -> Desired:
    event = {"township": township, "appeal_id": case_id, "department": "D", "text": text, "recorded_at": None}
    return Desired(slot, event, content_hash(event), case_id)


class Sent(NamedTuple):
    home: tuple[str, str | None]
    event_id: str
    corrects: str | None
    content: tuple[Slot, str] | None


class Row:
    """One row of a source over several imports, with what reached Kafka and what the ledger remembers."""

    def __init__(self) -> None:
        self.log: list[Sent] = []
        self.ledger: list[Link] = []
        self.confirmed = True
        self._imports = 0

    def imported(self, *desired: Desired, cut_after: int | None = None) -> list[Outgoing]:
        """One import: the ledger, then the events; `cut_after` ends it after so many events (-1: before all)."""
        self._imports += 1
        done = reconcile("s", "k", self.ledger, confirmed=self.confirmed, desired=desired, now=self._imports)
        if cut_after == -1:
            return []
        if done.changed or not self.confirmed:
            self.ledger, self.confirmed = done.links, cut_after is None
        for out in done.outgoing[:cut_after]:
            content = None if out.event is None else (out.link.slot, out.event["text"])
            self.log.append(Sent(out.link.home, out.link.event_id, out.link.corrects, content))
        return done.outgoing

    def effective(self) -> Counter[tuple[Any, ...]]:
        """What counts, by case: distinct events of it that no event of it names."""
        distinct = {(sent.home, sent.event_id): sent for sent in self.log}
        named = {(sent.home, sent.corrects) for sent in self.log}
        return Counter(
            (sent.home, *sent.content)
            for key, sent in distinct.items()
            if key not in named and sent.content is not None
        )


def wanted(*desired: Desired) -> Counter[tuple[Any, ...]]:
    return Counter(((each.event["township"], each.case_id), each.slot, each.event["text"]) for each in desired)


def test_the_same_row_again_sends_nothing() -> None:
    row = Row()
    assert len(row.imported(says(OPENED, "a"), says(CLOSED, "b"))) == 2
    assert row.imported(says(OPENED, "a"), says(CLOSED, "b")) == []


def test_a_changed_row_corrects_only_what_changed() -> None:
    row = Row()
    first = row.imported(says(OPENED, "a"), says(CLOSED, "b"))
    [correction] = row.imported(says(OPENED, "a"), says(CLOSED, "c"))
    assert correction.link.corrects == first[1].link.event_id
    assert row.effective() == wanted(says(OPENED, "a"), says(CLOSED, "c"))


def test_a_row_that_goes_back_to_what_it_said_counts_again() -> None:
    row = Row()
    for text in ("a", "b", "a", "b", "a"):
        row.imported(says(OPENED, text))
    assert row.effective() == wanted(says(OPENED, "a"))
    assert len({sent.event_id for sent in row.log}) == 5


def test_what_a_row_no_longer_gives_is_voided_and_may_come_back() -> None:
    row = Row()
    row.imported(says(OPENED, "a"), says(CLOSED, "b"))
    [void] = row.imported(says(OPENED, "a"))
    assert void.event is None
    assert row.effective() == wanted(says(OPENED, "a"))
    row.imported(says(OPENED, "a"), says(CLOSED, "b"))
    assert row.effective() == wanted(says(OPENED, "a"), says(CLOSED, "b"))


def test_a_row_that_moves_is_voided_in_its_old_case_and_given_in_the_new_one() -> None:
    row = Row()
    row.imported(says(OPENED, "a"))
    there, void = row.imported(says(OPENED, "a", township=THERE))
    assert (there.link.corrects, there.link.township) == (None, THERE)
    assert (void.event, void.link.township) == (None, HERE)
    row.imported(says(OPENED, "a"))
    assert row.effective() == wanted(says(OPENED, "a"))


def test_an_import_cut_off_after_the_ledger_sends_the_same_ids_again() -> None:
    row = Row()
    first = row.imported(says(OPENED, "a"), says(CLOSED, "b"), cut_after=1)
    again = row.imported(says(OPENED, "a"), says(CLOSED, "b"))
    assert [out.link for out in again] == [out.link for out in first]
    assert [out.event for out in again] == [out.event for out in first]
    assert all(out.again for out in again)


def test_a_correction_that_may_never_have_been_sent_does_not_leave_the_first_event_standing() -> None:
    for cut in (0, 1):
        row = Row()
        row.imported(says(OPENED, "a"))
        row.imported(says(OPENED, "b"), cut_after=cut)
        row.imported(says(OPENED, "c"))
        assert row.effective() == wanted(says(OPENED, "c"))


versions = st.lists(
    st.tuples(
        st.sampled_from([OPENED, CLOSED, SECOND]),
        st.sampled_from(["a", "b"]),
    ),
    max_size=3,
    unique_by=lambda each: each[0],
)
imports = st.tuples(
    versions,
    st.sampled_from([HERE, THERE]),
    st.sampled_from(["A1", "A2"]),
    st.one_of(st.none(), st.integers(min_value=-1, max_value=8)),
)


@given(st.lists(imports, min_size=1, max_size=8))
def test_any_history_of_changes_and_interruptions_ends_in_what_the_row_says(history: list[Any]) -> None:
    row = Row()
    for version, township, case_id, cut in history:
        row.imported(*(says(slot, text, township=township, case_id=case_id) for slot, text in version), cut_after=cut)
    version, township, case_id, _ = history[-1]
    final = [says(slot, text, township=township, case_id=case_id) for slot, text in version]
    row.imported(*final)
    assert row.effective() == wanted(*final)
    sent = len(row.log)
    assert row.imported(*final) == []
    assert len(row.log) == sent


@given(st.lists(imports, min_size=1, max_size=6))
def test_an_id_never_stands_for_two_different_events(history: list[Any]) -> None:
    row = Row()
    for version, township, case_id, cut in history:
        row.imported(*(says(slot, text, township=township, case_id=case_id) for slot, text in version), cut_after=cut)
    row.imported()
    said: dict[str, Sent] = {}
    for sent in row.log:
        assert said.setdefault(sent.event_id, sent) == sent
