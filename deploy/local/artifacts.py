"""What the stack runs beside Python's packages: Kafka and the registry through Maven, Prometheus from Debian.

Everything lands in the cache folder, once, and is complete when it is there: what is downloaded is unpacked beside its
place and then moved. Of several stacks that lack the same, one downloads it and the others wait.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE: Final = Path(__file__).parent
KAFKA: Final = "kafka-4.3.0"
REGISTRY: Final = "apicurio-registry-2.6.13.Final"
REGISTRY_JAR: Final = "apicurio-registry-app-2.6.13.Final-runner.jar"
DEBIAN_PACKAGES: Final = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
}
DEBIAN_NAMES: Final = {"alertmanager": "prometheus-alertmanager"}
"""Debian installs alertmanager under its package's name."""
ALERTMANAGER_TEMPLATES: Final = "usr/share/prometheus/alertmanager"
APT_WAIT_SECONDS: Final = 60
JAVA_MAJOR: Final = 17
JAVA_PACKAGE: Final = "default-jre-headless"


class Missing(Exception):  # noqa: N818 - a state of the machine
    """Something is not on this machine; the message names it and the command that installs it."""


def need_programs(say: Callable[[str], None]) -> None:
    """Make sure Java and Maven are here: install them from Debian where that may be done, else raise Missing."""
    wanted = {"java": JAVA_PACKAGE, "mvn": "maven"}
    absent = [package for program, package in wanted.items() if shutil.which(program) is None]
    if absent:
        if not _may_install():
            raise Missing(
                f"缺少 / missing: {', '.join(absent)}. 请安装 / install: sudo apt-get install -y {' '.join(absent)}"
            )
        say(f"安装 / installing: {' '.join(absent)}")
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *absent])
    major = _java_major()
    if major < JAVA_MAJOR:
        raise Missing(
            f"Java {major} 太旧，需要 {JAVA_MAJOR} 或更新 / Java {major} is too old, {JAVA_MAJOR} or newer is needed: "
            f"sudo apt-get install -y {JAVA_PACKAGE}"
        )


def kafka_libraries(cache: Path, say: Callable[[str], None]) -> Path:
    """The folder of Kafka's jars; downloads them the first time. Blocks; raises Missing when Maven fails."""
    return _once(cache / KAFKA, lambda folder: _maven_copy(folder, say))


def registry_folder(cache: Path, say: Callable[[str], None]) -> Path:
    """The folder of the registry's release; downloads it the first time. Blocks; raises Missing when Maven fails."""
    return _once(cache / REGISTRY, lambda folder: _maven_unpack(folder, say))


def debian_program(name: str, cache: Path, say: Callable[[str], None]) -> Path | None:
    """A monitoring program: the machine's own, or Debian's package unpacked into the cache where we are root, or None.

    The package is unpacked and not installed: installing would start services on their default ports.
    """
    for known in (name, DEBIAN_NAMES.get(name, name)):
        found = shutil.which(known)
        if found:
            return Path(found)
    package = DEBIAN_PACKAGES[name]
    place = cache / f"debian-{package}"
    if not place.exists() and not _may_install():
        return None
    try:
        folder = _once(place, lambda folder: _unpack_debian(package, folder, say))
    except Missing as error:
        say(str(error))
        return None
    program = folder / "usr" / "bin" / DEBIAN_NAMES.get(name, name)
    if not program.exists() or not _put_templates(folder):
        return None
    return program


def _once(target: Path, make: Callable[[Path], None]) -> Path:
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(target.parent / f".{target.name}.lock"):
        if target.exists():
            return target
        working = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            make(working)
            working.chmod(0o755)
            working.rename(target)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    return target


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other thread or process is in here."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _maven_copy(folder: Path, say: Callable[[str], None]) -> None:
    say("下载 Apache Kafka 4.3.0（约 44 MB） / downloading Apache Kafka 4.3.0 (44 MB)")
    _maven(
        HERE / "kafka" / "pom.xml",
        "dependency:copy-dependencies",
        f"-DoutputDirectory={folder}",
        "-DincludeScope=runtime",
    )


def _maven_unpack(folder: Path, say: Callable[[str], None]) -> None:
    say("下载 Apicurio Registry 2.6.13（约 142 MB） / downloading Apicurio Registry 2.6.13 (142 MB)")
    _maven(HERE / "registry" / "pom.xml", "dependency:unpack", f"-DoutputDirectory={folder}")


def _maven(pom: Path, *arguments: str) -> None:
    # Maven leaves its marks beside the pom: it works on a copy, so that our own folder stays as it is.
    with tempfile.TemporaryDirectory() as working:
        copy = shutil.copy(pom, working)
        _run(["mvn", "--batch-mode", "--quiet", "-f", str(copy), *arguments])


def _unpack_debian(package: str, folder: Path, say: Callable[[str], None]) -> None:
    say(f"下载 {package} / downloading Debian's {package}")
    with tempfile.TemporaryDirectory() as working:
        download = Path(working)
        (download / "partial").mkdir()
        # apt's own downloader runs as another user, who must be able to write here.
        for one in (download, download / "partial"):
            one.chmod(0o777)
        options = ["-o", f"Dir::Cache::archives={download}", "-o", f"DPkg::Lock::Timeout={APT_WAIT_SECONDS}"]
        command = ["apt-get", "install", "-y", "-qq", "--download-only", "--no-install-recommends", *options, package]
        with one_at_a_time(folder.parent / ".apt.lock"):  # apt does not wait for itself
            try:
                _run(command)
            except Missing:
                _run(["apt-get", "update", "-qq"])
                _run(command)
        # Of what it depends on, the scripts and fonts of its pages: its links to them are relative.
        for pattern in (f"{package}_*.deb", "libjs-*.deb", "fonts-*.deb"):
            for archive in download.glob(pattern):
                _run(["dpkg-deb", "-x", str(archive), str(folder)])
    shutil.rmtree(folder / "usr/share/javascript/moment-timezone/data/unpacked", ignore_errors=True)  # 200 MB, unused
    _mend_links(folder)


def _mend_links(folder: Path) -> None:
    """What the machine has installed was not downloaded: links to it lead out of the folder, to where it is."""
    for link in folder.rglob("*"):
        if link.is_symlink() and not link.exists():
            wanted = Path(os.path.normpath(link.parent / link.readlink()))
            if wanted.is_relative_to(folder):
                link.unlink()
                link.symlink_to("/" / wanted.relative_to(folder))


def _put_templates(folder: Path) -> bool:
    """Debian's Alertmanager opens its templates at a fixed path: put them where the package would have put them."""
    for unpacked in (folder / ALERTMANAGER_TEMPLATES).glob("*.tmpl"):
        wanted = Path("/") / ALERTMANAGER_TEMPLATES / unpacked.name
        if wanted.exists():
            continue
        if not _may_install():
            return False
        wanted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(unpacked, wanted)
    return True


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _java_major() -> int:
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    _, _, rest = told.partition('version "')
    number = rest.split('"')[0].split(".")[0]
    return int(number) if number.isdigit() else 0


def _run(command: Sequence[str], cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = (done.stdout + done.stderr).strip()[-2000:]
        raise Missing(f"失败 / failed ({done.returncode}): {' '.join(command)}\n{tail}")
