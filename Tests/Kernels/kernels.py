"""The kernels that the tests run on, and how they are had."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import modules
from packages import Packages
from vmlinux import extract

# The packages of kernels, by the label of the archive that has them.
SUITES = {
    "Debian": ("bookworm-backports", "trixie-backports"),
    "Debian-Security": ("bullseye-security", "bookworm-security", "trixie-security"),
}


@dataclass(frozen=True)
class Kernel:
    name: str
    """What it is called on the command line."""
    pattern: str
    """The packages of which the newest is taken."""
    supported: bool = True
    """Whether the source `bpf` works there. Where it does not, it has to refuse in words."""


KERNELS = [
    Kernel("5.10", r"linux-image-5\.10\.0-\d+-cloud-amd64", supported=False),
    Kernel("6.1", r"linux-image-6\.1\.0-\d+-cloud-amd64"),
    Kernel("6.12", r"linux-image-6\.12\.\d+\+deb13(\.\d+)?-cloud-amd64"),
    Kernel("newest", r"linux-image-\d+\.\d+\.\d+\+deb13(\.\d+)?-cloud-amd64"),
]


@dataclass(frozen=True)
class Fetched:
    """A kernel on this host."""

    kernel: Kernel
    release: str
    folder: Path
    """The files of its packages."""

    @property
    def elf(self) -> Path:
        return self.folder / "vmlinux"

    @property
    def modules(self) -> Path:
        """An archive of its modules."""
        archive = self.folder / "modules.cpio"
        modules.pack(self._tree, archive)
        return archive

    @property
    def _tree(self) -> Path:
        return next(self.folder.glob("**/lib/modules/*/kernel")).parent


def fetch(kernels: list[Kernel], cache: Path) -> list[Fetched]:
    """Has these kernels in the cache, and nothing that they replace."""
    packages = Packages(cache / "apt", SUITES)
    return [_fetch(kernel, packages, cache / "kernels") for kernel in kernels]


def _fetch(kernel: Kernel, packages: Packages, cache: Path) -> Fetched:
    image = packages.newest(kernel.pattern)
    folder = cache / kernel.name / image
    fetched = Fetched(kernel, re.sub("^linux-image-", "", image), folder)
    if not fetched.elf.exists():
        print(f"fetching {image}", flush=True)
        shutil.rmtree(folder.parent, ignore_errors=True)
        for part in packages.parts(image):
            packages.unpack(part, folder)
        fetched.elf.write_bytes(extract(next(folder.glob("**/vmlinuz*")).read_bytes()))
    return fetched
