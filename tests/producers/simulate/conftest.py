"""A small county: five townships, so that every special character and one ordinary township are there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from producers.simulate.workdays import WorkCalendar

if TYPE_CHECKING:
    from pathlib import Path

VILLAGES = ("杏花社区居委会", "石桥村委会", "东岭村委会", "前塘村委会", "后塘村委会", "西山村委会")


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("places") / "county.csv"
    rows = ["county_code,county,township_code9,township,village_code12,village"]
    for number, township in enumerate(("柳河镇", "青川镇", "云岭乡", "古渡镇", "南坪街道"), start=1):
        code = f"990101{number:03d}"
        rows += [f"990101,柳县,{code},{township},{code}{at:03d},{name}" for at, name in enumerate(VILLAGES, start=1)]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return WorkCalendar(ZoneInfo("Asia/Shanghai"))
