"""The registers (底册) of the simulated county: who and what is there on its first day, and what comes and goes slowly after it.

The ids of what is there from the first day on, for every story to name, are in `register_ids.py`; none of these ever leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from producers.simulate import register_ids as ids
from producers.simulate.domain import Life, seeded
from producers.simulate.story import Story
from producers.simulate.tally import Tally
from producers.simulate.workdays import AFTERNOON, DAY, HOUR, MORNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "registers"
SIZES, SIZE_WEIGHTS = (0, 1, 2, 3, 4, 5, 6), (3, 14, 30, 24, 16, 9, 4)
LOW_INCOME_SHARE, UNKNOWN_SHARE = 0.04, 0.03
NEWCOMER_SHARE = 0.12
ALONE_SHARE = 0.4
POSTS = ("secretary", "director", "deputy", "member")
# On a working day, how often a household of the first day has one resident more or less, and a grid another worker.
MOVED_SHARE, WORKER_SHARE = 0.006, 0.002
REMOVAL_REASONS = ("moved_away", "moved_away", "merged", "entered_by_mistake")
SHORT_TERM_ITEMS = ("夏季防溺水登记", "冬春火灾隐患报备", "返乡人员登记", "秸秆离田补贴申报", "农忙用工登记")
SHORT_TERM_BRANCHES = ("工程项目临时党支部", "流动党员临时党支部", "防汛突击队临时党支部")


class Kind(NamedTuple):
    """A kind of case: its name, its id field, what opens and closes it, by which letter and department it is known."""

    case: str
    id_field: str
    opens: str
    closes: str
    letter: str
    department: str
    a_working_day: float
    """How many come on a working day: in a village, of the last two in a township."""
    days: float
    """How long these stay, in the mean."""


HOUSEHOLD = Kind("household", "household_id", "HouseholdRegistered", "HouseholdRemoved", "H", "公安局", 0.012, 240)
GRID = Kind("grid", "grid_id", "GridSet", "GridClosed", "G", "政法委", 0.0004, 300)
CADRE = Kind("cadre", "cadre_id", "CadreAppointed", "CadreLeft", "C", "组织部", 0.003, 300)
ELDER = Kind("elder", "elder_id", "ElderListed", "ElderDelisted", "E", "民政局", 0.004, 400)
CONTRACT = Kind(
    "doctor_contract", "resident_id", "DoctorContractSigned", "DoctorContractEnded", "R", "卫生健康局", 0.006, 365
)
ITEM = Kind("service_item", "item", "ServiceItemListed", "ServiceItemDelisted", "S", "政务服务办", 0.01, 90)
ORGANISATION = Kind(
    "organisation", "organisation_id", "OrganisationFounded", "OrganisationDissolved", "O", "组织部", 0.008, 150
)
OF_A_VILLAGE: Final = (HOUSEHOLD, GRID, CADRE, ELDER, CONTRACT)
OF_A_TOWNSHIP: Final = (ITEM, ORGANISATION)


@dataclass(slots=True)
class Entry:
    """Something that was entered, county time; `gone_at` is when it was known to have left.

    `adds` is how much it is in each stock, as far as that is known. A household entered again is `again`: what is known of
    it now takes the place of what was known before.
    """

    township: str
    case: str
    id: str
    at: int
    known_at: int
    adds: dict[str, int] = field(default_factory=dict)
    gone_at: int | None = None
    again: bool = False


class Registers:
    """The domain `registers`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def beginning(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give what is there when the county begins: entered in the first hour of its first day."""
        clerk = _Clerk(township, None, day, calendar, rng)
        for number, cadre in enumerate(ids.township_cadres(township)):
            yield clerk.there(CADRE, cadre, post="secretary" if number == 0 else "official")
        for item, name in zip(ids.service_items(), ids.SERVICE_ITEMS, strict=True):
            yield clerk.there(ITEM, item, name=name)
        yield clerk.there(ORGANISATION, ids.committee(township), name=f"{township.name}党委", kind="committee")
        for village in township.villages:
            yield from _village_begins(_Clerk(township, village, day, calendar, rng), village)

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give what comes on a local day, with its going, and what is entered anew."""
        if not calendar.is_working(day):
            return
        for village in township.villages:
            clerk = _Clerk(township, village, day, calendar, rng)
            for kind in OF_A_VILLAGE:
                if rng.random() < kind.a_working_day:
                    yield clerk.comes(kind)
            if rng.random() < MOVED_SHARE * len(ids.households(village)) / 100:
                yield clerk.again(HOUSEHOLD, rng.choice(ids.households(village)))
            if rng.random() < WORKER_SHARE:
                yield clerk.again(GRID, rng.choice(ids.grids(village)))
        for kind in OF_A_TOWNSHIP:
            if rng.random() < kind.a_working_day:
                yield _Clerk(township, None, day, calendar, rng).comes(kind)

    def truths(
        self,
        accounts: Iterable[Entry],
        county: County,
        clock: Clock,  # noqa: ARG002 - what is there now needs no moment
        calendar: WorkCalendar,
        until: int,
    ) -> list[dict[str, Any]]:
        """Count per township what is on the registers; of a household what was known last counts."""
        tally = Tally(calendar)
        last: dict[tuple[str, str], Entry] = {}
        for entry in accounts:
            if entry.known_at >= until:
                continue
            if not entry.again:
                tally.case(entry.township, entry.case)
            if entry.case == HOUSEHOLD.case:
                for stock in entry.adds:
                    before = last.get((entry.id, stock))
                    last[entry.id, stock] = entry if before is None or before.at < entry.at else before
            elif not entry.again:
                for stock in entry.adds:
                    _count(tally, entry, stock, until)
        for (_, stock), entry in last.items():
            _count(tally, entry, stock, until)
        return tally.rows(county)


class _Clerk:
    """Who keeps the registers of a village, or of a township's own, on one day."""

    def __init__(
        self, township: Township, village: Village | None, day: int, calendar: WorkCalendar, rng: Random
    ) -> None:
        self._township = township.code
        self._village = village
        self._place = township.name if village is None else village.short
        self._day = day
        self._calendar = calendar
        self._rng = rng

    def there(self, kind: Kind, id_: str, /, **fields: Any) -> Life:
        """Enter what is there when the county begins: what is known of it follows from its id, whenever that is."""
        at = self._calendar.midnight(self._day) + int(self._rng.random() * HOUR)
        story, entry = self._entered(kind, id_, at, {**self._fields(kind, seeded(0, DOMAIN, id_)), **fields})
        return Life(story.happenings, entry)

    def comes(self, kind: Kind) -> Life:
        """Enter something new, which leaves after a while."""
        rng = self._rng
        code = self._township if self._village is None else self._village.code
        id_ = f"{kind.letter}{code}-{rng.getrandbits(40):010x}"
        story, entry = self._entered(kind, id_, self._moment(), self._fields(kind, rng))
        at = entry.at + HOUR + int(rng.expovariate(1 / kind.days) * DAY)
        reason: dict[str, Any] = {"reason": rng.choice(REMOVAL_REASONS)} if kind is HOUSEHOLD else {}
        story.write(kind.closes, at, **reason)
        entry.gone_at = story.known(at)
        return Life(story.happenings, entry)

    def again(self, kind: Kind, id_: str) -> Life:
        """Enter something that is there once more, as it is now."""
        story, entry = self._entered(kind, id_, self._moment(), self._fields(kind, self._rng))
        entry.again = True
        return Life(story.happenings, entry)

    def _entered(self, kind: Kind, id_: str, at: int, fields: dict[str, Any]) -> tuple[Story, Entry]:
        place = (self._township, None if self._village is None else self._village.code)
        case = (kind.case, kind.id_field, id_)
        story = Story(DOMAIN, case, place, kind.department, self._calendar, self._rng)
        story.write(kind.opens, at, **fields)
        return story, Entry(self._township, kind.case, id_, at, story.known(at), _adds(kind.case, fields))

    def _fields(self, kind: Kind, rng: Random) -> dict[str, Any]:
        """Draw what is entered of a case. Nobody here exists."""
        person = f"居民{rng.randrange(10_000):04d}"
        if kind is HOUSEHOLD:
            draw = rng.random()
            return {
                "head": person,
                "residents": rng.choices(SIZES, SIZE_WEIGHTS)[0],
                "low_income": None if draw < UNKNOWN_SHARE else draw < UNKNOWN_SHARE + LOW_INCOME_SHARE,
                "kind": "newcomer" if rng.random() < NEWCOMER_SHARE else "settled",
            }
        others: dict[Kind, dict[str, Any]] = {
            GRID: {"name": f"{self._place}网格", "worker": person},
            CADRE: {"post": rng.choice(POSTS[1:]), "name": person},
            ELDER: {"living_alone": rng.random() < ALONE_SHARE},
            CONTRACT: {"doctor": f"家庭医生{rng.randrange(100):02d}"},
            ITEM: {"name": rng.choice(SHORT_TERM_ITEMS)},
            ORGANISATION: {"name": f"{self._place}{rng.choice(SHORT_TERM_BRANCHES)}", "kind": "branch"},
        }
        return others[kind]

    def _moment(self) -> int:
        hours = AFTERNOON[1] - MORNING[0]
        return self._calendar.midnight(self._day) + MORNING[0] + int(self._rng.random() * hours)


def _village_begins(clerk: _Clerk, village: Village) -> Iterator[Life]:
    for household in ids.households(village):
        yield clerk.there(HOUSEHOLD, household)
    for number, grid in enumerate(ids.grids(village), start=1):
        yield clerk.there(GRID, grid, name=f"{village.short}第{number}网格")
    for number, cadre in enumerate(ids.village_cadres(village)):
        yield clerk.there(CADRE, cadre, post=POSTS[min(number, len(POSTS) - 1)])
    for elder in ids.elders(village):
        yield clerk.there(ELDER, elder, living_alone=ids.lives_alone(elder))
    for resident in ids.contracted(village):
        yield clerk.there(CONTRACT, resident)
    yield clerk.there(ORGANISATION, ids.branch(village), name=f"{village.short}党支部", kind="branch")


def _adds(case: str, fields: dict[str, Any]) -> dict[str, int]:
    """Return how much a case is in each stock of its kind."""
    if case == "household":
        low_income = fields["low_income"]
        known = {} if low_income is None else {"low_income_household_count": int(low_income)}
        return {"household_count": 1, "resident_count": fields["residents"], **known}
    if case == "elder":
        return {"elder_alone_count": int(fields["living_alone"])}
    return {f"{case}_count": 1}


def _count(tally: Tally, entry: Entry, stock: str, until: int) -> None:
    there = entry.gone_at is None or entry.gone_at >= until
    tally.now(entry.township, stock, entry.adds[stock] if there else 0)
