"""Settings come from the environment, suit the local stack by default, and never show their secrets."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.settings import Settings


def test_the_defaults_suit_the_local_stack() -> None:
    settings = Settings()
    assert settings.is_local
    assert settings.domains.is_dir()


def test_the_environment_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANGMAI_PARTITIONS", "3")
    monkeypatch.setenv("XIANGMAI_DATA", "/data")
    assert (Settings().partitions, Settings().data) == (3, Path("/data"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clickhouse_port", "ninety"),
        ("clickhouse_port", "0"),
        ("timezone", "Asia/Nowhere"),
        ("earliest_event_at", "soon"),
        ("publish_interval_seconds", "0"),
        ("log_level", "LOUD"),
    ],
)
def test_nonsense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"XIANGMAI_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_settings_are_frozen_and_secrets_hidden() -> None:
    settings = Settings(clickhouse_password="hush", pseudonym_key="quiet")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        settings.partitions = 5
    assert "hush" not in repr(settings)
    assert "quiet" not in repr(settings)
    assert settings.pseudonym_key.get_secret_value() == "quiet"


def test_every_setting_is_described_in_both_languages() -> None:
    for name, field in Settings.model_fields.items():
        assert " / " in (field.description or ""), name


@pytest.mark.parametrize(
    ("bootstrap", "local"),
    [
        ("127.0.0.1:19092", True),
        ("localhost:1,[::1]:2", True),
        ("10.1.2.3:9092", False),
        ("127.0.0.1:1,kafka:9092", False),
    ],
)
def test_the_shipped_key_is_warned_about_only_away_from_home(
    caplog: pytest.LogCaptureFixture, bootstrap: str, local: bool
) -> None:
    assert Settings(kafka_bootstrap=bootstrap).is_local == local
    assert ("XIANGMAI_PSEUDONYM_KEY" in caplog.text) == (not local)
    caplog.clear()
    Settings(kafka_bootstrap=bootstrap, pseudonym_key="the county's own")  # type: ignore[arg-type]
    assert caplog.text == ""
