"""The demo's line: the stack, the county and the board, driven by the commands that people can type themselves."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import click
from clickhouse_driver import Client
from clickhouse_driver.errors import Error as ClickHouseError

from deploy.local.demo_check import Outcome, cases, compare
from deploy.local.demo_read import read, stored
from deploy.local.demo_wait import until_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from rich.console import Console

REFERENCE = Path(__file__).parents[2] / "schemas" / "reference"
PLACES = REFERENCE / "deqing_330521.csv"
DEPARTMENTS = REFERENCE / "departments.csv"
DOMAINS = REFERENCE.parent / "domains"
XIANGMAI = (str(Path(sys.executable).with_name("xiangmai")),)
QUERYABLE_SECONDS = 240.0
# What has not changed for so long will not change by waiting.
STANDING_SECONDS = 60.0
POLL_SECONDS = 0.3
STOP_SECONDS = 60.0
MOST_TOLD = 10
EXIT_INTERRUPTED = 130


class Line:
    """The line in a data folder, driven by the command people use. Leaving the context stops every process of it."""

    def __init__(self, console: Console, data: Path, *, free_ports: bool, temporary: bool) -> None:
        self._console = console
        self._data = data
        self._record = data / "demo.json"
        self._log = data / "logs" / "demo-live.log"
        self._free_ports = free_ports
        self._temporary = temporary
        self._environment = {**os.environ, "XIANGMAI_DATA": str(data)}
        self._living: subprocess.Popen[bytes] | None = None
        self._found_running = False
        self._began = time.monotonic()

    def up(self, without: str = "") -> None:
        """Start the stack, all of it or `without` some, take over its addresses, register places and departments."""
        self._found_running = bool(self._ask("stack", "status", "--format", "json"))
        options = ["--free-ports"] * self._free_ports + (["--without", without] if without else [])
        self._run("stack", "up", *options)
        self._environment.update(self._ask("stack", "env", "--format", "json"))
        self._run("places", "load", os.path.relpath(PLACES))
        self._run("departments", "load", os.path.relpath(DEPARTMENTS))
        self._say(f"整条线已启动 / the line is up: {time.monotonic() - self._began:.0f} s")

    def load(self, months: int, seed: int, people: float) -> bool:
        """Send the past of the county with this share of its people, wait until every number of it is right, and say how long that took."""
        began = time.monotonic()
        if self._record.exists():
            self._say("接着上次演示的县 / going on with the county of the last demo")
            self._run("simulate", "--resume", str(self._record))
        else:
            self._simulate(months, seed, people)
        outcome = self._until_right()
        seconds, truth = time.monotonic() - began, self._truth()
        self._tell(outcome)
        if records := truth["sent"]["records"]:
            self._say(
                f"{records:,} 条发出到全部可查 / from the first sent to the last queryable: "
                f"{seconds:.1f} s, {records / seconds:,.0f}/s"
            )
        return outcome.right

    def load_and_prove(self, months: int, seed: int, people: float) -> bool:
        """Send the county's past, wait until nobody is behind, check every number, prove every cell; say what took how long."""
        laps = [time.monotonic()]
        self._simulate(months, seed, people)
        laps.append(time.monotonic())
        left = until_read(self._environment["XIANGMAI_KAFKA_BOOTSTRAP"], self._console)
        if left:
            self._say(f"[red]还有 {left:,} 条未读且不再减少 / {left:,} records are unread and stay so[/]")
        laps.append(time.monotonic())
        outcome = self._until_right()
        self._tell(outcome)
        laps.append(time.monotonic())
        self._run("verify")
        laps.append(time.monotonic())
        sent = self._truth()["sent"]
        self._say(f"{sent['records']:,} 条 records（重复 twice {sent['repeated']:,}，迟到 late {sent['late']:,}）")
        steps = "载入 load", "计算与入库 fold and store", "核对 check", "证明 verify"
        self._say(
            "；".join(f"{step} {end - start:.0f} s" for step, (start, end) in zip(steps, pairwise(laps), strict=True))
        )
        return outcome.right and not left

    def live(self, speed: float) -> None:
        """Prove every cell from its events, let the county live in the background and show the board, until Ctrl-C."""
        self._run("verify")
        self._start_living(speed)
        self._run("board", ok=(0, EXIT_INTERRUPTED))

    def live_for(self, seconds: float, speed: float) -> bool:
        """Let the county live for a moment, stop it, check every number again and prove every cell; show the board once."""
        before = sum(self._truth()["events"].values())
        living = self._start_living(speed)
        try:
            living.wait(seconds)
        except subprocess.TimeoutExpired:
            self._stop_living()
        outcome = self._until_right()
        self._run("board", "--once")
        self._tell(outcome)
        events = sum(self._truth()["events"].values()) - before
        self._say(f"实时阶段 / live phase: {seconds:.0f} s, {events:,} 个新事件 / new events")
        self._run("verify")
        return outcome.right and events > 0

    def supervise(self, *, dry_run: bool = False) -> None:
        """Judge the last whole month by the ladder of supervision, show what it says, and prove the cells it moves.

        The county tells a story of supervision of its own, which is checked against its truths: so the ladder speaks only once
        they have been checked for the last time, and in a county that goes on it only shows what it would say. Where the
        county's domains have no ladder, nothing is judged.
        """
        domains = Path(self._environment.get("XIANGMAI_DOMAINS", DOMAINS))
        if not (domains / "supervision" / "ladder.yaml").exists():
            return
        zone = ZoneInfo(self._environment.get("XIANGMAI_TIMEZONE", "Asia/Shanghai"))
        month = datetime.now(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        moment = month.isoformat(timespec="minutes")
        self._run("ladder", "--once", "--as-of", moment, *(["--dry-run"] if dry_run else []))
        if not dry_run:
            self._run("verify", "--domain", "supervision")

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Stop the county, then the stack. Ctrl-C is how a demo is meant to end: it is not an error."""
        interrupted = kind is not None and issubclass(kind, KeyboardInterrupt)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._say("\n正在停止 / stopping")
        self._stop_living()
        if self._found_running:
            self._say("整条线在演示前已在运行，保持运行 / the line was running before the demo and stays up")
            return interrupted
        subprocess.run([*XIANGMAI, "stack", "down"], env=self._environment, check=False)
        if not self._temporary:
            self._say(f"数据仍在 / the data stays in {self._data}; [cyan]make up[/] 再次启动 / brings it back")
        elif error is not None:
            self._say(f"日志在 / logs are in {self._data / 'logs'}")
        return interrupted

    def _simulate(self, months: int, seed: int, people: float) -> None:
        county = ["--months", str(months), "--seed", str(seed), "--people", str(people)]
        self._run("simulate", *county, "--truth", str(self._record))

    def _start_living(self, speed: float) -> subprocess.Popen[bytes]:
        """Start the county's life in a session of its own: Ctrl-C reaches us, and we stop it in order."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        arguments = ["simulate", "--resume", str(self._record), "--live", "--speed", str(speed)]
        # The marker by which `stack down` knows a process of this line, should we be killed before we can stop it.
        environment = {**self._environment, "XIANGMAI_STACK": str(self._data)}
        with self._log.open("ab") as log:
            self._living = subprocess.Popen(
                [*XIANGMAI, *arguments], env=environment, stdout=log, stderr=log, start_new_session=True
            )
        return self._living

    def _stop_living(self) -> None:
        """Ask the county to end and to keep its record; blocks until it has."""
        living, self._living = self._living, None
        if living is None:
            return
        living.terminate()
        try:
            code = living.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            living.kill()
            code = living.wait()
        if code != 0:
            self._say(f"[red]仿真结束异常 / the simulation ended with {code}[/]: {self._log}")

    def _until_right(self) -> Outcome:
        """Ask the warehouse again until all its numbers are right; give up after a while with what differs."""
        truth, deadline = self._truth(), time.monotonic() + QUERYABLE_SECONDS
        expected, outcome = sum(truth["events"].values()), Outcome()
        differences, since = outcome.differences, time.monotonic()
        with self._console.status("等待全部可查 / waiting until all of it is queryable") as status:
            while time.monotonic() < deadline:
                began = time.monotonic()
                client = self._client()
                try:
                    events = stored(client, truth["county"], truth["truths"])
                    if events >= expected:
                        shown = read(client, truth["county"], truth["truths"], cases(truth))
                        outcome = compare(shown, truth, int(time.time() * 1000))
                    left = outcome.differences[0] if outcome.differences else f"{events:,} / {expected:,}"
                except (ClickHouseError, OSError, EOFError) as error:
                    left = f"ClickHouse: {type(error).__name__}"
                finally:
                    client.disconnect()
                if outcome.differences != differences:
                    differences, since = outcome.differences, time.monotonic()
                if outcome.right or (differences and time.monotonic() - since > STANDING_SECONDS):
                    break
                status.update(f"等待全部可查 / waiting until all of it is queryable: {left}")
                # The judge must not be what keeps the line busy.
                time.sleep(max(POLL_SECONDS, time.monotonic() - began))
        return outcome

    def _tell(self, outcome: Outcome) -> None:
        compared = f"核对 {outcome.compared} 个数 / compared {outcome.compared} numbers"
        if outcome.right:
            self._say(f"[green]{compared}: 全部一致 / all equal[/]")
            return
        differing = len(outcome.differences)
        self._say(f"[red]{compared}: {differing} 个不符 / {differing} differ[/]")
        for difference in outcome.differences[:MOST_TOLD]:
            self._say(f"  {difference}")

    def _client(self) -> Client:
        return Client(
            host=self._environment["XIANGMAI_CLICKHOUSE_HOST"],
            port=int(self._environment["XIANGMAI_CLICKHOUSE_PORT"]),
            user=self._environment["XIANGMAI_CLICKHOUSE_USER"],
            password=self._environment["XIANGMAI_CLICKHOUSE_PASSWORD"],
        )

    def _truth(self) -> dict[str, Any]:
        truth: dict[str, Any] = json.loads(self._record.read_text(encoding="utf-8"))
        return truth

    def _ask(self, *arguments: str) -> Any:
        """Give the JSON that a command answers, whatever its exit code says of it."""
        done = subprocess.run([*XIANGMAI, *arguments], env=self._environment, check=False, stdout=subprocess.PIPE)
        try:
            return json.loads(done.stdout)
        except ValueError as error:
            raise click.ClickException(
                f"{shlex.join(arguments)} 没有回答 / did not answer: {done.returncode}"
            ) from error

    def _run(self, *arguments: str, ok: Sequence[int] = (0,)) -> None:
        """Show and run one `xiangmai` command; raises click's exception when it fails."""
        command = shlex.join(("xiangmai", *arguments))
        self._say(f"[dim]$ {command}[/]")
        child = subprocess.Popen([*XIANGMAI, *arguments], env=self._environment)
        try:
            code = child.wait()
        except KeyboardInterrupt as interrupt:
            _let_end(child, told=not isinstance(interrupt, Terminated))
            raise
        if code == EXIT_INTERRUPTED and code not in ok:
            raise KeyboardInterrupt
        if code not in ok:
            raise click.ClickException(f"{command} 失败，退出码 / failed with exit code {code}")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


class Terminated(KeyboardInterrupt):
    """SIGTERM: meant like Ctrl-C, but nobody else has heard of it."""


def _let_end(child: subprocess.Popen[bytes], *, told: bool) -> None:
    """Give a command time to tidy up after itself. Ctrl-C in a terminal has told it already."""
    if not told:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
