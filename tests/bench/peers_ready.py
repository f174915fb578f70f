"""Everything the peers need, made once in the cache folder: an environment for Quix Streams, and the Kafka Streams program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.layout import cache_folder

HERE: Final = Path(__file__).parent / "peers"
_PYTHON: Final = "bench-quix"
_JAVA: Final = "bench-kafka-streams"


@dataclass(frozen=True, slots=True)
class Peers:
    """How each peer is started; `mode` goes to it by the environment."""

    quix_python: Path
    java_classpath: str

    def command(self, system: str) -> list[str]:
        """Return the command of a system."""
        commands = {
            "faust": [sys.executable, str(HERE / "faust_peer.py")],
            "quix": [str(self.quix_python), str(HERE / "quix_peer.py")],
            "kafka-streams": ["java", "-Xmx2g", "-cp", self.java_classpath, "Peer"],
        }
        return commands[system]


def peers() -> Peers:
    """Make what is missing; blocks some minutes the first time, on downloads."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    return Peers(_quix(cache), _kafka_streams(cache))


def _quix(cache: Path) -> Path:
    folder = cache / _PYTHON
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print("准备对照系统 / preparing Quix Streams", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([str(python), *install, "-r", str(HERE / "requirements.lock")], check=True)
        ready.touch()
    return python


def _kafka_streams(cache: Path) -> str:
    folder = cache / _JAVA
    if shutil.which("javac") is None:
        raise SystemExit("缺少 javac / missing: javac. 请安装 / install: sudo apt-get install -y default-jdk-headless")
    if not folder.exists():
        print("准备对照系统 / preparing Kafka Streams", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=cache) as working:
            pom = shutil.copy(HERE / "kafka_streams" / "pom.xml", working)
            made = Path(working) / "made"
            copy = ["dependency:copy-dependencies", f"-DoutputDirectory={made}", "-DincludeScope=runtime"]
            subprocess.run(["mvn", "--batch-mode", "--quiet", "-f", pom, *copy], check=True)
            made.rename(folder)
    classes = folder / "classes"
    source = HERE / "kafka_streams" / "Peer.java"
    if not (classes / "Peer.class").exists() or source.stat().st_mtime > (classes / "Peer.class").stat().st_mtime:
        classes.mkdir(exist_ok=True)
        subprocess.run(["javac", "-cp", f"{folder}/*", "-d", str(classes), str(source)], check=True)
    return os.pathsep.join([str(classes), f"{folder}/*"])
