"""Village finance (集体经济与村级财务) of the simulated county: entries, dividends, assets, and the use of small powers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.story import hundredths
from producers.simulate.workdays import EPOCH, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township, Village
    from producers.simulate.workdays import WorkCalendar

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


class Finance(DeskStory):
    """The domain `finance`."""

    name = "finance"
    department = "农业农村局"

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the entries, dividends, assets and uses of power of a township's villages on a local day."""
        if not calendar.is_working(day):
            return
        for village in township.villages:
            desk = _Books(self, township, village, day, calendar, rng)
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


class _Books(Desk):
    """The desk that keeps one village's books on one day."""

    def entry(self, direction: str) -> Case:
        """Enter an income or expense, which may later be corrected, reversed or voided."""
        rng, character = self.rng, self.character
        a_year = self.village.yearly_income * (1 if direction == "income" else SPENT_SHARE)
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
        case = self.case_at("ledger_entry", "entry_id", "PZ")
        total, at = f"collective_{direction}", case.at
        posted = case.write("LedgerEntryPosted", amount=hundredths(amount), **fields)
        standing = [case.add(total, at, amount)]
        if not income:
            standing.append(case.share("ledger_two_signature_rate", at, holds=signatures > 1))
        draw = rng.random()
        later = case.after(at, (0.1 + rng.expovariate(1 / 6)) * WORK_LENGTH)
        if draw < REVERSED_SHARE:
            case.write("LedgerEntryReversed", later, reason="票据作废")
            case.ends(later, *standing)
        elif draw < REVERSED_SHARE + CORRECTED_SHARE:
            right = max(100, amount // 10)
            known_at = case.known(later)
            case.write(
                "LedgerEntryPosted", at, corrects=posted, recorded_at=known_at, amount=hundredths(right), **fields
            )
            case.ends(later, standing[0])
            case.add(total, at, right, since=later)
        elif draw < REVERSED_SHARE + CORRECTED_SHARE + VOIDED_SHARE:
            case.take_back(posted, later, "重复入账")
        return case

    def power_use(self) -> Case:
        """Use a small power, by the book as often as the township's character says."""
        rng, case = self.rng, self.case_at("power_use", "use_id", "YQ")
        followed = rng.random() < (1 + self.character.on_time_share) / 2
        looked_at = rng.random() < LOOKED_AT_SHARE
        item = rng.choice(ITEMS)
        case.write("SmallPowerUsed", item=item, procedure_followed=followed if looked_at else None, amount=None)
        if looked_at:
            case.share("small_power_compliance_rate", case.at, holds=followed)
        return case

    def asset(self) -> Case:
        """Register an asset, and let it in most cases."""
        rng, case = self.rng, self.case_at("asset", "asset_id", "ZC")
        value = round(self.village.yearly_income * rng.uniform(0.2, 3)) * 100
        case.write("AssetRegistered", kind="building", name=f"{self.village.short}厂房", amount=hundredths(value))
        case.add("asset_value", case.at, value)
        if rng.random() < LEASED_SHARE:
            later = case.after(case.at, (1 + rng.random() * 9) * WORK_LENGTH)
            starts_on = self.calendar.day_of(later)
            case.write(
                "AssetLeased",
                later,
                amount=hundredths(value // 12),
                starts_on=starts_on,
                ends_on=starts_on + 3 * 365,
                open_bidding=rng.random() < self.character.on_time_share,
                lessee=None,
            )
        return case

    def dividend(self) -> Case:
        """Pay a part of the year's income, a share for each resident."""
        rng, village = self.rng, self.village
        case = self.case_at("dividend", "dividend_id", "FH")
        per_share = max(1, round(village.yearly_income * DIVIDEND_SHARE * rng.uniform(0.8, 1.2) / village.residents))
        case.write(
            "DividendPaid",
            for_year=self.date.year - 1,
            shares=village.residents,
            amount_per_share=hundredths(per_share * 100),
            members=village.residents,
        )
        total = per_share * 100 * village.residents
        case.add("dividend_total", case.at, total)
        case.add("dividend_per_share", case.at, total, village.residents)
        return case


def _pays_dividend_on(village: Village, day: int, calendar: WorkCalendar) -> bool:
    """Whether this is the first working day from the village's own day of the year on."""
    number = int(village.code[-6:])
    month, day_of_month = DIVIDEND_MONTHS[number % len(DIVIDEND_MONTHS)], 1 + number % DIVIDEND_DAYS
    at = date_of(day)
    own = (at.replace(month=month, day=day_of_month) - EPOCH).days
    return own <= day and not any(calendar.is_working(each) for each in range(own, day))
