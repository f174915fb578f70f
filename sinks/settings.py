"""Settings of the sinks alone: environment variables XIANGMAI_SINK_*, and of the ladder XIANGMAI_LADDER_*."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SinkSettings(BaseSettings):
    """How sinks batch. A batch is inserted when it is full or old enough, whichever comes first."""

    model_config = SettingsConfigDict(env_prefix="XIANGMAI_SINK_", frozen=True, extra="ignore")

    batch_rows: int = Field(
        default=20_000,
        ge=1,
        le=1_000_000,
        description="一批最多多少条（指标单元加倍） / most records of a batch; of cells, twice as many",
    )
    batch_seconds: float = Field(default=0.5, gt=0, le=60, description="一批最久等待（秒） / longest wait of a batch")
    number_seconds: float = Field(
        default=0.2,
        gt=0,
        le=60,
        description="指标单元的一批最久等待（秒），不长于上一项 / of a batch of cells, and no longer than the other",
    )
    group_prefix: str = Field(
        default="xiangmai-sink", min_length=1, description="消费组名前缀 / prefix of the consumer groups"
    )
    retry_seconds: float = Field(
        default=10, gt=0, le=300, description="重试的最长间隔（秒） / longest pause between retries"
    )
    session_seconds: float = Field(
        default=15,
        ge=6,
        le=300,
        description="多久没有心跳即由别的进程接管（秒） / without a heartbeat for so long, others take over",
    )
    start_seconds: float = Field(
        default=60, ge=0, description="启动时等待服务的秒数 / how long to wait for services at the start"
    )


class LadderSettings(BaseSettings):
    """How often the ladder looks, and how long it waits for a line that is behind."""

    model_config = SettingsConfigDict(env_prefix="XIANGMAI_LADDER_", frozen=True, extra="ignore")

    seconds: float = Field(default=3_600, ge=1, description="多久看一次（秒） / how often the ladder looks")
    patience_seconds: float = Field(
        default=600, ge=0, description="等整条线跟上的秒数 / how long it waits until nobody is behind"
    )
    retry_seconds: float = Field(
        default=60, gt=0, description="没有做成时多久再试（秒） / after how long it tries again what it could not do"
    )
