"""Who and what is in the registers of the simulated county from its first day on: the ids, as every story may name them.

They follow from a village or a township alone, and none of these ever leaves: a household visited in any month is there.
What comes and goes beside them is told by `registers.py`. The registers are whole: what is counted per household, elder or
resident is divided by all there are. A county that shall be quicker to tell has fewer people (`county_from`), not shorter lists.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from producers.simulate.county import Township, Village

RESIDENTS_OF_A_HOUSEHOLD: Final = 2.7
HOUSEHOLDS_OF_A_GRID: Final = 300
_ELDERS_SHARE: Final = 0.05
_CONTRACTED_SHARE: Final = 0.12
_POSTS_OF_A_VILLAGE: Final = 5
_POSTS_OF_A_TOWNSHIP: Final = 18

SERVICE_ITEMS: Final = (
    "居民身份证申领", "户口登记", "居住证办理", "生育登记", "出生医学证明换发",
    "城乡居民基本医疗保险参保", "异地就医备案", "城乡居民基本养老保险参保", "养老保险待遇资格认证", "高龄津贴申领",
    "最低生活保障申请", "特困人员认定", "临时救助申请", "医疗救助申请", "残疾人证办理",
    "残疾人两项补贴申请", "困境儿童保障申请", "就业创业登记", "失业登记", "灵活就业补贴申领",
    "退役军人优待证申领", "农村宅基地审批", "乡村建设规划许可", "危房改造申请", "公租房申请",
    "土地承包经营权流转备案", "农机购置补贴申请", "耕地地力保护补贴申报", "林木采伐许可", "动物检疫申报",
    "农村户厕改造申请", "饮水安全报修", "水电气报装", "法律援助申请", "人民调解申请",
    "婚姻状况证明", "亲属关系证明", "老年人优待证办理", "农家书屋借阅", "村级公章使用",
)  # fmt: skip
"""The list of public services (公共服务清单): one for the whole county, listed in every township."""


def households(village: Village) -> tuple[str, ...]:
    """Return the ids of a village's households."""
    return _numbered("H", village.code, round(village.residents / RESIDENTS_OF_A_HOUSEHOLD))


def grids(village: Village) -> tuple[str, ...]:
    """Return the ids of a village's grids: one for 300 households that would live there."""
    return _numbered("G", village.code, round(village.residents / RESIDENTS_OF_A_HOUSEHOLD / HOUSEHOLDS_OF_A_GRID))


def elders(village: Village) -> tuple[str, ...]:
    """Return the ids of a village's elders; `lives_alone` says who lives alone."""
    return _numbered("E", village.code, round(village.residents * _ELDERS_SHARE))


def elders_by_company(village: Village) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of a village's elders who live alone, and those of the others."""
    return _parted(elders(village))


def contracted(village: Village) -> tuple[str, ...]:
    """Return the resident ids of those of a village who have a family doctor under contract."""
    return _numbered("R", village.code, round(village.residents * _CONTRACTED_SHARE))


def village_cadres(village: Village) -> tuple[str, ...]:
    """Return the ids of a village's cadres, its secretary first."""
    return _numbered("C", village.code, _POSTS_OF_A_VILLAGE)


def township_cadres(township: Township) -> tuple[str, ...]:
    """Return the ids of the cadres of a township's own offices; its villages have theirs beside them."""
    return _numbered("C", township.code, _POSTS_OF_A_TOWNSHIP)


def branch(village: Village) -> str:
    """Return the id of a village's party branch."""
    return f"O{village.code}"


def committee(township: Township) -> str:
    """Return the id of a township's party committee."""
    return f"O{township.code}"


def service_items() -> tuple[str, ...]:
    """Return the ids of the items on the list of public services, in the order of SERVICE_ITEMS: the same everywhere."""
    return tuple(f"S{number:03d}" for number in range(1, len(SERVICE_ITEMS) + 1))


def lives_alone(elder: str) -> bool:
    """Whether an elder of the register lives alone: two of five do."""
    return int(elder[-4:]) % 5 in (0, 2)


@cache
def _parted(everybody: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(elder for elder in everybody if lives_alone(elder)),
        tuple(elder for elder in everybody if not lives_alone(elder)),
    )


@cache
def _numbered(letter: str, code: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{code}{number:04d}" for number in range(1, max(count, 1) + 1))
