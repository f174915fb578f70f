"""The schema registry over its Confluent-compatible HTTP interface. Blocks; never call it from an event loop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from schemas.errors import Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

TIMEOUT_SECONDS: Final = 5.0
ATTEMPTS: Final = 3
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_INVALID: Final = 422
_SERVER_ERROR: Final = 500

_ORDER: Final = (
    "type",
    "name",
    "namespace",
    "logicalType",
    "precision",
    "scale",
    "default",
    "symbols",
    "items",
    "values",
)
_LAST: Final = "fields"


class SchemaRegistry:
    """A registry at `url`. Every method may block some seconds and raises Unavailable when it can't be reached."""

    def __init__(self, url: str, *, attempts: int = ATTEMPTS) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=wait_exponential_jitter(multiplier=0.1, max=1),
            retry=retry_if_exception_type((httpx.TransportError, _Overloaded)),
            reraise=True,
        )

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Return the id of this schema under this subject, registering a new one; raises Refused when incompatible."""
        path = f"/subjects/{quote(subject)}/versions"
        answer = self._call("POST", path, _body(schema))
        if answer.status_code in (_CONFLICT, _INVALID):
            # Of two who register a new subject at one moment, one is told that it is there already.
            if (found := self.find(subject, schema)) is not None:
                return found
            answer = self._call("POST", path, _body(schema))
        if answer.status_code in (_CONFLICT, _INVALID):
            raise Refused(subject, None, f"注册中心拒绝 / the registry refuses: {_message(answer)}")
        return int(self._content(answer)["id"])

    def find(self, subject: str, schema: Mapping[str, Any]) -> int | None:
        """Return the id of this schema under this subject, None when it is not registered; registers nothing."""
        answer = self._call("POST", f"/subjects/{quote(subject)}", _body(schema))
        return None if answer.status_code == _NOT_FOUND else int(self._content(answer)["id"])

    def schema_by_id(self, schema_id: int) -> dict[str, Any]:
        """Return the schema of an id; raises LookupError when the registry knows no such id."""
        answer = self._call("GET", f"/schemas/ids/{schema_id}")
        if answer.status_code == _NOT_FOUND:
            raise LookupError(f"schema id {schema_id} is unknown to {self.url}")
        schema = json.loads(self._content(answer)["schema"])
        return schema if isinstance(schema, dict) else {"type": schema}

    def compatible(self, subject: str, schema: Mapping[str, Any]) -> list[str]:
        """Return what the registry holds against this schema as the next version of the subject; empty when nothing."""
        answer = self._call("POST", f"/compatibility/subjects/{quote(subject)}/versions?verbose=true", _body(schema))
        if answer.status_code == _NOT_FOUND:
            return []
        if answer.status_code == _INVALID:
            return [_message(answer)]
        content = self._content(answer)
        if content.get("is_compatible"):
            return []
        # Confluent tells `messages`, Apicurio a `reason`.
        return [str(message) for message in content.get("messages") or [content.get("reason", "incompatible")]]

    def versions(self, subject: str) -> list[dict[str, Any]]:
        """Return every registered schema of a subject, oldest first; empty when there is none."""
        answer = self._call("GET", f"/subjects/{quote(subject)}/versions")
        if answer.status_code == _NOT_FOUND:
            return []
        numbers = sorted(self._content(answer))
        answers = [self._call("GET", f"/subjects/{quote(subject)}/versions/{number}") for number in numbers]
        return [json.loads(self._content(version)["schema"]) for version in answers]

    def latest(self, subject: str) -> dict[str, Any] | None:
        """Return the newest registered schema of a subject, None when there is none."""
        answer = self._call("GET", f"/subjects/{quote(subject)}/versions/latest")
        if answer.status_code == _NOT_FOUND:
            return None
        schema: dict[str, Any] = json.loads(self._content(answer)["schema"])
        return schema

    def subjects(self) -> list[str]:
        """Every subject there is, sorted."""
        return sorted(self._content(self._call("GET", "/subjects")))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            return self._retrying(self._once, method, path, body)
        except (httpx.TransportError, _Overloaded) as error:
            raise Unavailable("模式注册中心 schema registry", self.url, cause=type(error).__name__) from error

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        answer = self._client.request(method, self.url + path, json=body)
        if answer.status_code >= _SERVER_ERROR:
            raise _Overloaded(f"{answer.status_code}")
        return answer

    def _content(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise Unavailable(
                "模式注册中心 schema registry",
                self.url,
                retryable=False,
                cause=f"{answer.status_code} {_message(answer)}",
            )
        return answer.json()


class _Overloaded(Exception):  # noqa: N818 - a server's 5xx, worth another try
    pass


def canonical_text(schema: Any) -> str:
    """Return the one text of a schema: attributes in a fixed order, no spaces. The same file gives the same id."""
    return json.dumps(_ordered(schema), ensure_ascii=False, separators=(",", ":"))


def _ordered(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_ordered(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    first = [key for key in _ORDER if key in schema]
    rest = sorted(key for key in schema if key not in _ORDER and key != _LAST)
    last = [_LAST] if _LAST in schema else []
    return {key: _ordered(schema[key]) for key in [*first, *rest, *last]}


def _body(schema: Mapping[str, Any]) -> dict[str, str]:
    return {"schemaType": "AVRO", "schema": canonical_text(schema)}


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("message", answer.text))[:500]
    except ValueError:
        return answer.text[:500]
