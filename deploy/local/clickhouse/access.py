"""Who may connect: one user with one password, as ClickHouse answers for a wrong one."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from deploy.local.clickhouse.errors import EngineError


@dataclass(frozen=True)
class Access:
    """The server's only account. An empty password lets the user in without one."""

    user: str
    password: str

    def check(self, user: str, password: str) -> None:
        """Raise EngineError 516, worded as ClickHouse does, unless both are right; says not which of them was wrong."""
        right_user = hmac.compare_digest((user or "default").encode(), self.user.encode())
        right_password = hmac.compare_digest(password.encode(), self.password.encode())
        if not (right_user and right_password):
            raise EngineError.of(
                516,
                "AUTHENTICATION_FAILED",
                f"{user}: Authentication failed: password is incorrect, or there is no user with such name.",
            )
