"""Settings of every process: environment variables XIANGMAI_*, read once, frozen; the defaults suit the local stack."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOCAL_PSEUDONYM_KEY: Final = "xiangmai-local-only"
_LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})

logger = logging.getLogger(__name__)


class Settings(BaseSettings):
    """What a process needs to know. `Settings()` reads the environment; pydantic's ValidationError on nonsense.

    Times are in seconds and say so; secrets never show in logs. Outside the local stack the shipped pseudonym key is
    warned about, since everybody knows it.
    """

    model_config = SettingsConfigDict(env_prefix="XIANGMAI_", frozen=True, extra="ignore", validate_default=True)

    kafka_bootstrap: str = Field(
        default="127.0.0.1:19092", description="Kafka 地址 / Kafka bootstrap servers, host:port[,…]"
    )
    registry_url: str = Field(
        default="http://127.0.0.1:18081/apis/ccompat/v7",
        description="模式注册中心（Confluent 兼容接口） / schema registry, Confluent-compatible base URL",
    )
    clickhouse_host: str = Field(default="127.0.0.1", description="ClickHouse 主机 / ClickHouse host")
    clickhouse_port: int = Field(
        default=9000, ge=1, le=65535, description="ClickHouse 原生协议端口 / native protocol port"
    )
    clickhouse_http_port: int = Field(default=8123, ge=1, le=65535, description="ClickHouse HTTP 端口 / HTTP port")
    clickhouse_user: str = Field(default="default", description="ClickHouse 用户 / ClickHouse user")
    clickhouse_password: SecretStr = Field(default=SecretStr(""), description="ClickHouse 密码 / ClickHouse password")
    clickhouse_database: str = Field(default="xiangmai", description="供查询的数据库 / database people query")
    timezone: str = Field(
        default="Asia/Shanghai", description="本县的历法时区，决定“一天” / time zone of the county's calendar"
    )
    domains: Path = Field(
        default=Path(__file__).parent / "domains", description="领域定义所在文件夹 / folder of the domain definitions"
    )
    partitions: int = Field(
        default=12,
        ge=1,
        le=10_000,
        description="按乡镇分区的主题的分区数 / partitions of every topic keyed by township",
    )
    replication_factor: int = Field(default=1, ge=1, le=7, description="主题副本数 / replicas of every topic")
    metrics_host: str = Field(default="127.0.0.1", description="指标监听地址 / address the metrics server binds")
    metrics_port: int = Field(default=0, ge=0, le=65535, description="指标端口，0 为不开 / metrics port, 0 = none")
    publish_interval_seconds: float = Field(
        default=0.1, gt=0, le=60, description="发布间隔（秒） / seconds between publications"
    )
    late_after_seconds: int = Field(
        default=86_400, ge=0, description="晚于多少秒算迟到 / an event older than this is late"
    )
    orphan_after_seconds: int = Field(
        default=86_400,
        ge=0,
        description="等待迟到的起始（或重开）事件的秒数 / how long events wait for a late opening, or reopening, of their case",
    )
    future_tolerance_seconds: int = Field(
        default=86_400, ge=0, description="事件时间可超前的秒数 / how far ahead an event time may be"
    )
    earliest_event_at: str = Field(
        default="2000-01-01", description="最早可接受的事件日期（UTC） / earliest event date (UTC)"
    )
    case_event_limit: int = Field(
        default=10_000, ge=1, description="一个事项的事件上限 / most events one case may hold"
    )
    refused_row_limit: int = Field(
        default=1_000,
        ge=0,
        description="一个主题的分区连续多少条被拒后暂停，0 为从不 / refused records in a row that hold a topic's partition, 0 = never",
    )
    worker_id: str = Field(
        default="xiangmai-worker",
        min_length=1,
        description="工作进程组名，也是事务编号前缀 / consumer group and transactional id",
    )
    pseudonym_key: SecretStr = Field(
        default=SecretStr(LOCAL_PSEUDONYM_KEY),
        description="假名密钥，正式环境必须更换 / key of pseudonyms; change it in production",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="日志级别 / log level")
    data: Path = Field(default=Path(".local"), description="本机数据文件夹 / folder of local data")

    @field_validator("earliest_event_at")
    @classmethod
    def _is_a_date(cls, value: str) -> str:
        datetime.fromisoformat(value)  # raises ValueError, which pydantic tells with the variable's name
        return value

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"没有这个时区 / no such time zone: {value}; e.g. Asia/Shanghai") from error
        return value

    @model_validator(mode="after")
    def _warn_about_the_shipped_key(self) -> Self:
        if self.pseudonym_key.get_secret_value() == LOCAL_PSEUDONYM_KEY and not self.is_local:
            logger.warning(
                "假名密钥仍是公开的默认值，请设置 XIANGMAI_PSEUDONYM_KEY。 / "
                "The pseudonym key is the shipped one, which everybody knows: set XIANGMAI_PSEUDONYM_KEY."
            )
        return self

    @property
    def is_local(self) -> bool:
        """Whether Kafka and the registry are on this machine."""
        brokers = [address.strip().rsplit(":", 1)[0].strip("[]") for address in self.kafka_bootstrap.split(",")]
        return all(host in _LOCAL_HOSTS for host in [*brokers, urlsplit(self.registry_url).hostname or ""])
