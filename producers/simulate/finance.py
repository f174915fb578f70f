"""Village finance (集体经济与村级财务) of the simulated county: entries, dividends, assets, and the use of small powers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from producers.simulate.domain import Life
from producers.simulate.story import Story, yuan
from producers.simulate.tally import Tally
from producers.simulate.workdays import EPOCH, HOUR, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import Character, County, Township, Village
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "finance"
DEPARTMENT = "农业农村局"
WORKING_DAYS_A_YEAR = 248
# How many of each a village has on a working day.
INCOMES, EXPENSES, POWER_USES, ASSETS = 0.12, 0.24, 0.12, 0.012
SPENT_SHARE = 0.7
INCOME = ("operating", "contracting", "investment", "subsidy", "other_income")
INCOME_WEIGHTS = (52, 20, 8, 14, 6)
EXPENSE = ("administration", "public_welfare", "operating_cost", "other_expense")
EXPENSE_WEIGHTS = (40, 30, 22, 8)
ITEMS = ("村级采购", "印章使用", "工程发包", "低保评议", "宅基地审批", "资产出租")
REVERSED_SHARE, CORRECTED_SHARE, VOIDED_SHARE = 0.012, 0.006, 0.004
SIGNED_BY_TWO_SHARE = 0.55
LOOKED_AT_SHARE = 0.9
# A village with so much a year pays a dividend, once a year, on a day of its own; most do before spring festival.
DIVIDEND_FROM = 1_200_000
DIVIDEND_SHARE = 0.3
DIVIDEND_MONTHS = (1, 1, 1, 12, 6, 9, 10, 11)
DIVIDEND_DAYS = 28
LEASED_SHARE = 0.7


@dataclass(slots=True)
class Entry:
    """An entry of the books, county time; amounts in cents.

    `changes` are what became of it: (known at, amount in cents, or None when it no longer counts). `gone_at` is when its
    only event was voided, so that nothing of the case is left.
    """

    township: str
    at: int
    known_at: int
    direction: str
    signed_by_two: bool
    amount: int
    changes: list[tuple[int, int | None]]
    gone_at: int | None = None


@dataclass(slots=True)
class Fact:
    """Anything else that happened once: its case type, when, and what it adds to indicators, as (name, parts)."""

    township: str
    at: int
    known_at: int
    case_type: str
    figures: tuple[tuple[str, int, int], ...] = ()


class Finance:
    """The domain `finance`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the entries, dividends, assets and uses of power of a township's villages on a local day."""
        if not calendar.is_working(day):
            return
        for village in township.villages:
            desk = _Desk(township, village, day, calendar, rng)
            if rng.random() < INCOMES:
                yield desk.entry("income")
            if rng.random() < EXPENSES:
                yield desk.entry("expense")
            if rng.random() < POWER_USES:
                yield desk.power_use()
            if rng.random() < ASSETS:
                yield desk.asset()
            if village.yearly_income >= DIVIDEND_FROM and _pays_dividend_on(village, day, calendar):
                yield desk.dividend()

    def truths(
        self, accounts: Iterable[Entry | Fact], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township, in cents: income, expenses, dividends, and what was signed and used by the book."""
        tally = Tally(calendar)
        for account in accounts:
            if account.known_at >= until:
                continue
            at = clock.to_wall(account.at)
            if isinstance(account, Entry):
                _count_entry(tally, account, at, until)
                continue
            tally.case(account.township, account.case_type)
            for indicator, numerator, denominator in account.figures:
                tally.add(account.township, at, indicator, numerator, denominator)
        return tally.rows(county)


class _Desk:
    """The desk that keeps one village's books on one day."""

    def __init__(self, township: Township, village: Village, day: int, calendar: WorkCalendar, rng: Random) -> None:
        self._village = village
        self._character: Character = township.character
        self._day = day
        self._calendar = calendar
        self._rng = rng

    def entry(self, direction: str) -> Life:
        """Enter an income or expense, which may later be corrected, reversed or voided."""
        rng, character = self._rng, self._character
        a_year = self._village.yearly_income * (1 if direction == "income" else SPENT_SHARE)
        mean = a_year / WORKING_DAYS_A_YEAR / (INCOMES if direction == "income" else EXPENSES)
        amount = max(100, round(mean * rng.lognormvariate(-0.32, 0.8) * 100))
        income = direction == "income"
        category = rng.choices(INCOME if income else EXPENSE, INCOME_WEIGHTS if income else EXPENSE_WEIGHTS)[0]
        signatures = 2 if rng.random() < SIGNED_BY_TWO_SHARE + character.on_time_share / 2 else 1
        fields: dict[str, Any] = {
            "account": category,
            "direction": direction,
            "category": category,
            "counterparty": None,
            "counterparty_person": None,
            "approved_by_count": signatures,
            "summary": None,
        }
        story, at = self._story("ledger_entry", "entry_id", "PZ"), self._moment()
        posted = story.write("LedgerEntryPosted", at, amount=yuan(amount), **fields)
        account = Entry(self._village.code[:9], at, story.known(at), direction, signatures > 1, amount, [])
        draw = rng.random()
        later = story.after(at, (0.1 + rng.expovariate(1 / 6)) * WORK_LENGTH)
        if draw < REVERSED_SHARE:
            story.write("LedgerEntryReversed", later, reason="票据作废")
            account.changes.append((story.known(later), None))
        elif draw < REVERSED_SHARE + CORRECTED_SHARE:
            right = max(100, amount // 10)
            known_at = story.known(later)
            story.write("LedgerEntryPosted", at, corrects=posted, recorded_at=known_at, amount=yuan(right), **fields)
            account.changes.append((known_at, right))
        elif draw < REVERSED_SHARE + CORRECTED_SHARE + VOIDED_SHARE:
            story.void(posted, later, "重复入账")
            account.gone_at = story.known(later)
        return Life(story.happenings, account)

    def power_use(self) -> Life:
        """Use a small power, by the book as often as the township's character says."""
        rng, story, at = self._rng, self._story("power_use", "use_id", "YQ"), self._moment()
        followed = rng.random() < (1 + self._character.on_time_share) / 2
        looked_at = rng.random() < LOOKED_AT_SHARE
        item = rng.choice(ITEMS)
        story.write("SmallPowerUsed", at, item=item, procedure_followed=followed if looked_at else None, amount=None)
        figures = (("small_power_compliance_rate", int(followed), 1),) if looked_at else ()
        return Life(story.happenings, Fact(self._village.code[:9], at, story.known(at), "power_use", figures))

    def asset(self) -> Life:
        """Register an asset, and let it in most cases."""
        rng, story, at = self._rng, self._story("asset", "asset_id", "ZC"), self._moment()
        value = round(self._village.yearly_income * rng.uniform(0.2, 3)) * 100
        story.write("AssetRegistered", at, kind="building", name=f"{self._village.short}厂房", amount=yuan(value))
        figures = (("asset_value", value, 0),)
        if rng.random() < LEASED_SHARE:
            later = story.after(at, (1 + rng.random() * 9) * WORK_LENGTH)
            starts_on = self._calendar.day_of(later)
            story.write(
                "AssetLeased",
                later,
                amount=yuan(value // 12),
                starts_on=starts_on,
                ends_on=starts_on + 3 * 365,
                open_bidding=rng.random() < self._character.on_time_share,
                lessee=None,
            )
        return Life(story.happenings, Fact(self._village.code[:9], at, story.known(at), "asset", figures))

    def dividend(self) -> Life:
        """Pay a part of the year's income, a share for each resident."""
        rng, village = self._rng, self._village
        story, at = self._story("dividend", "dividend_id", "FH"), self._moment()
        per_share = max(1, round(village.yearly_income * DIVIDEND_SHARE * rng.uniform(0.8, 1.2) / village.residents))
        story.write(
            "DividendPaid",
            at,
            for_year=date_of(self._day).year - 1,
            shares=village.residents,
            amount_per_share=yuan(per_share * 100),
            members=village.residents,
        )
        total = per_share * 100 * village.residents
        figures = (("dividend_total", total, 0), ("dividend_per_share", total, village.residents))
        return Life(story.happenings, Fact(village.code[:9], at, story.known(at), "dividend", figures))

    def _story(self, case_type: str, id_field: str, prefix: str) -> Story:
        case_id = f"{prefix}{date_of(self._day):%Y%m%d}{self._village.code[-6:]}-{self._rng.getrandbits(24):06x}"
        place = (self._village.code[:9], self._village.code)
        return Story(DOMAIN, (case_type, id_field, case_id), place, DEPARTMENT, self._calendar, self._rng)

    def _moment(self) -> int:
        return self._calendar.midnight(self._day) + MORNING[0] + int(self._rng.random() * 9 * HOUR)


def _pays_dividend_on(village: Village, day: int, calendar: WorkCalendar) -> bool:
    """Whether this is the first working day from the village's own day of the year on."""
    number = int(village.code[-6:])
    month, day_of_month = DIVIDEND_MONTHS[number % len(DIVIDEND_MONTHS)], 1 + number % DIVIDEND_DAYS
    at = date_of(day)
    own = (at.replace(month=month, day=day_of_month) - EPOCH).days
    return own <= day and not any(calendar.is_working(each) for each in range(own, day))


def _count_entry(tally: Tally, account: Entry, at: int, until: int) -> None:
    if account.gone_at is not None and account.gone_at < until:
        return
    amount: int | None = account.amount
    for known_at, changed in account.changes:
        amount = changed if known_at < until else amount
    tally.case(account.township, "ledger_entry")
    if amount is None:
        return
    tally.add(account.township, at, f"collective_{account.direction}", amount)
    if account.direction == "expense":
        tally.share(account.township, at, "ledger_two_signature_rate", holds=account.signed_by_two)
