"""A worker that has ended its work ends, whatever its clients still wait for: its supervisor starts only what has ended."""

from __future__ import annotations

import subprocess
import sys

STUBBORN = """
import asyncio, threading
from streams.command import run_and_leave

async def never_ends():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass  # as aiokafka's tasks when they are cancelled at the wrong moment

async def work():
    asyncio.get_running_loop().stubborn = asyncio.create_task(never_ends())
    threading.Thread(target=threading.Event().wait).start()
    await asyncio.sleep(0)
    print("all is committed", flush=True)
    return 70

run_and_leave(work())
"""


def test_a_task_and_a_thread_that_never_end_hold_nobody_up() -> None:
    done = subprocess.run([sys.executable, "-c", STUBBORN], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (70, "all is committed\n"), done.stderr
