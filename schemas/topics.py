"""The topics of the line (topics.yaml; one for each domain there is) and their creation in Kafka."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from schemas.catalogue.written import Written
from schemas.domain import domain_folders
from schemas.errors import Refused, Unavailable
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TOPICS_FILE: Final = Path(__file__).parent / "topics.yaml"
DEAD_LETTERS: Final = "dead-letters"
CASES: Final = "township.cases"
INDICATORS: Final = "township.indicators"
WARNINGS: Final = "township.warnings"
CHANGELOG: Final = "worker-changelog"
PLACES: Final = "reference.places"
DEPARTMENTS: Final = "reference.departments"
IMPORT_LEDGER: Final = "import-ledger"
EVENT_REFILL: Final = "event-refill"

DAY_MS: Final = 86_400_000
_TIMEOUT_MS: Final = 15_000
_BOOTSTRAP_MS: Final = 5_000


class Topic(BaseModel):
    """One topic as topics.yaml describes it; `partition_count` resolves `township` to the shared number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9.-]*$", max_length=249)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    key: str = Field(min_length=1)
    partitions: Literal["township"] | int
    records: tuple[str, ...]
    cleanup: Literal["delete", "compact"]
    retention_days: int | None
    config: dict[str, str | int | float | bool]

    def partition_count(self, township_partitions: int) -> int:
        """How many partitions the topic has when topics keyed by township have `township_partitions`."""
        return township_partitions if self.partitions == "township" else self.partitions

    def carries(self, full_name: str) -> bool:
        """Whether a record of this full name may stand on the topic."""
        return any(fnmatchcase(full_name, pattern) for pattern in self.records)

    def kafka_config(self) -> dict[str, str]:
        """Return the topic's settings in Kafka's own words."""
        retention = {} if self.retention_days is None else {"retention.ms": str(self.retention_days * DAY_MS)}
        extra = {
            key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in self.config.items()
        }
        return {"cleanup.policy": self.cleanup, **retention, **extra}


class TopicChange(BaseModel):
    """What `ensure_topics` did or found: `created`, `unchanged`, or `differs` (settings someone else changed)."""

    model_config = ConfigDict(frozen=True)

    name: str
    action: Literal["created", "unchanged", "differs"]
    partitions: int
    detail: str = ""


def load_topics(file: Path = TOPICS_FILE, domains: Path | None = None) -> dict[str, Topic]:
    """Return the topics by name, those of the domains first; raises Refused naming the file and line.

    `domains` is the folder of domains, that of the settings unless given: every folder with a record in it has a topic.
    """
    try:
        document: Any = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except YAMLError as error:
        raise Refused(file, None, f"不是合法的 YAML / not valid YAML: {error}") from error
    entries: Any = document.get("topics") if isinstance(document, dict) else None
    if not hasattr(entries, "lc"):
        raise Refused(file, 1, "缺少 topics 列表 / the list `topics` is missing")
    topics: dict[str, Topic] = {}
    pattern = document.get("domain_topics")
    if pattern is not None:
        line = int(document.lc.key("domain_topics")[0]) + 1
        for domain in domain_folders(domains or Settings().domains):
            _add(topics, file, line, _for_domain(pattern, domain))
    for index, entry in enumerate(entries):
        _add(topics, file, int(entries.lc.item(index)[0]) + 1, entry)
    return topics


def _add(topics: dict[str, Topic], file: Path, line: int, entry: Any) -> None:
    try:
        topic = Topic.model_validate(dict(entry) if isinstance(entry, dict) else entry)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(file, line, f"topics: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if topic.name in topics:
        raise Refused(file, line, f"主题重复 / topic named twice: {topic.name}")
    if (topic.cleanup == "delete") == (topic.retention_days is None):
        raise Refused(file, line, f"{topic.name}: retention_days", "delete: a number; compact: null")
    topics[topic.name] = topic


def _for_domain(pattern: Any, domain: Path) -> Any:
    """Fill the pattern in with a domain's name, and the words its catalogue has for it."""
    catalogue = domain / "catalogue.yaml"
    written = Written(catalogue).data if catalogue.exists() else None
    told = written if isinstance(written, dict) else {}
    words = {"domain": domain.name} | {language: told.get(language, domain.name) for language in ("zh", "en")}

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return value.format_map(words)
        return [filled(each) for each in value] if isinstance(value, list) else value

    return {key: filled(value) for key, value in pattern.items()}


def ensure_topics(
    bootstrap: str,
    *,
    partitions: int = 12,
    replication_factor: int = 1,
    topics: Iterable[Topic] | None = None,
    dry_run: bool = False,
) -> list[TopicChange]:
    """Create the topics that are missing; says what it did, in the file's order. Blocks up to about a minute.

    Running it again, or twice at once, changes nothing. Raises Refused when an existing topic has another number of
    partitions (townships would move to other workers) or another cleanup policy; Unavailable when Kafka is away.
    """
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError

    wanted = list(load_topics().values() if topics is None else topics)
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap.split(","), request_timeout_ms=_TIMEOUT_MS, bootstrap_timeout_ms=_BOOTSTRAP_MS
        )
    except (KafkaError, OSError, ValueError) as error:
        raise Unavailable("Kafka", bootstrap, cause=type(error).__name__) from error
    try:
        existing = set(admin.list_topics())
        drift = _drift(admin, [topic for topic in wanted if topic.name in existing], partitions)
        missing = [topic for topic in wanted if topic.name not in existing]
        if missing and not dry_run:
            _create(admin, missing, partitions, replication_factor)
    except KafkaError as error:
        raise Unavailable("Kafka", bootstrap, cause=f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        admin.close()
    return [_change(topic, existing, drift, partitions) for topic in wanted]


def _change(topic: Topic, existing: set[str], drift: Mapping[str, str], partitions: int) -> TopicChange:
    differs = drift.get(topic.name, "")
    action: Literal["created", "unchanged", "differs"] = "differs" if differs else "unchanged"
    return TopicChange(
        name=topic.name,
        action=action if topic.name in existing else "created",
        partitions=topic.partition_count(partitions),
        detail=differs,
    )


def _create(admin: Any, missing: list[Topic], partitions: int, replication_factor: int) -> None:
    from kafka.errors import KafkaError, TopicAlreadyExistsError, for_code

    answer = admin.create_topics(
        {
            topic.name: {
                "num_partitions": topic.partition_count(partitions),
                "replication_factor": replication_factor,
                "configs": _with_replicas(topic.kafka_config(), replication_factor),
            }
            for topic in missing
        },
        timeout_ms=_TIMEOUT_MS,
        raise_errors=False,
    )
    for topic in answer["topics"]:
        failure = for_code(topic["error_code"])
        if topic["error_code"] and failure is not TopicAlreadyExistsError:  # another process was quicker: fine
            error: KafkaError = failure(f"{topic['name']}: {topic.get('error_message') or ''}")
            raise error
    admin.wait_for_topics([topic.name for topic in missing])


def _drift(admin: Any, present: list[Topic], partitions: int) -> dict[str, str]:
    """Return what differs between Kafka and the file, by topic; raises Refused for what must not differ."""
    from kafka.admin import ConfigResource, ConfigResourceType

    if not present:
        return {}
    counts = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics([t.name for t in present])}
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in present]
    settings = admin.describe_configs(resources, config_filter="all")["topic"]
    drift = {}
    for topic in present:
        count, wanted = counts[topic.name], topic.partition_count(partitions)
        if count != wanted:
            raise Refused(
                topic.name,
                None,
                f"现有 {count} 个分区，应为 {wanted}；分区数一变，乡镇就换到别的分区：请重建主题，"
                f"或设置 XIANGMAI_PARTITIONS={count}。 / has {count} partitions, not {wanted}: townships would move. "
                f"Recreate the topic, or set XIANGMAI_PARTITIONS={count}.",
            )
        found = {key: str(settings[topic.name].get(key, {}).get("value")) for key in topic.kafka_config()}
        if found["cleanup.policy"] != topic.cleanup:
            raise Refused(topic.name, None, f"cleanup.policy = {found['cleanup.policy']}", topic.cleanup)
        drift[topic.name] = "; ".join(
            f"{key} = {found[key]}，应为 / not {value}"
            for key, value in topic.kafka_config().items()
            if found[key] != value
        )
    return drift


def _with_replicas(config: dict[str, str], replication_factor: int) -> dict[str, str]:
    """With three replicas an acknowledged record shall stand on two."""
    replicas_for_two_copies = 3
    return {**config, "min.insync.replicas": "2"} if replication_factor >= replicas_for_two_copies else config
