"""QEMU: this machine's if it is new enough, otherwise one that is fetched and not installed."""

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from packages import Packages

PROGRAM = "qemu-system-x86_64"
PACKAGE = "qemu-system-x86"
# Older ones corrupt flags around cmpxchg16b, which Swift's runtime uses.
OLDEST = 10


@dataclass(frozen=True)
class Qemu:
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)
    """What its environment has besides that of this program."""

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    @property
    def serves(self) -> bool:
        try:
            answer = subprocess.run(
                [*self.command, "--version"], env=self.environment, capture_output=True, text=True
            ).stdout
        except FileNotFoundError:
            return False
        version = re.search(r"version (\d+)", answer)
        return version is not None and int(version[1]) >= OLDEST


def find(cache: Path) -> Qemu:
    """The installed one, or one below the cache, which keeps it until it is deleted."""
    root = cache / "qemu/root"
    for qemu in (Qemu([PROGRAM]), _below(root)):
        if qemu.serves:
            return qemu
    _fetch(cache / "qemu", root)
    if not _below(root).serves:
        raise SystemExit(f"QEMU {OLDEST} or later is needed, and apt has none: look at {root}")
    return _below(root)


def _below(root: Path) -> Qemu:
    firmware = [root / "usr/share/qemu", root / "usr/share/seabios"]
    # Which of them a package uses depends on its suite.
    libraries = [root / folder / "x86_64-linux-gnu" for folder in ("usr/lib", "lib")]
    return Qemu(
        [str(root / "usr/bin" / PROGRAM), *(word for folder in firmware for word in ("-L", str(folder)))],
        {
            "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
            "QEMU_MODULE_DIR": str(libraries[0] / "qemu"),
        },
    )


def _fetch(folder: Path, root: Path):
    """Unpacks the newest that this machine's release has, with what it needs and is not installed."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    backports = f"{release}-backports"
    packages = Packages(folder / "apt", {"Debian": (release, backports)}, preferred=backports)
    shutil.rmtree(root, ignore_errors=True)
    needed = packages.missing(PACKAGE)
    print(f"fetching {', '.join(needed)}", flush=True)
    for package in needed:
        packages.unpack(package, root)
