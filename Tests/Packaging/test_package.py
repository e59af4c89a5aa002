#!/usr/bin/env python3
"""Installs, uses, removes and purges the Debian package in a fresh chroot of each suite.

    Tests/Packaging/test_package.py PACKAGE [SUITE ...] [--cache FOLDER] [--with-libraries]

Needs root and debootstrap, which takes the packages from the archive that apt uses here. By default,
the suite is the one of this host. Ends with a line for each check; the exit status is 0 if all hold.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Python leaves nothing among the sources.
sys.dont_write_bytecode = True

from checks import CHECKS, Chroot

# Besides the smallest system: what install-caps calls.
INCLUDED = "libcap2-bin"


def main() -> int:
    options = parse()
    address, own = archive()
    failed = 0
    for suite in options.suites or [own]:
        base = bootstrap(suite, address, options.cache)
        with tempfile.TemporaryDirectory(prefix="nettop-chroot-") as name:
            subprocess.run(["tar", "-xpf", base, "--numeric-owner", "-C", name], check=True)
            failed += test(Chroot(Path(name)), suite, options)
    return 1 if failed else 0


def test(chroot: Chroot, suite: str, options: argparse.Namespace) -> int:
    """Runs all checks in one chroot; the number of those that fail."""
    shutil.copy(options.package, chroot.root / "nettop.deb")
    if options.with_libraries:
        add_libraries(options.package, chroot.root)
    chroot.remember_files()
    failed = 0
    for name, check in CHECKS:
        try:
            check(chroot)
            print(f"{suite}: {name}: ok", flush=True)
        except AssertionError as error:
            failed += 1
            print(f"{suite}: {name}: FAILED: {error}", flush=True)
    return failed


def archive() -> tuple[str, str]:
    """The address of Debian's archive that apt uses here, and the suite of this host."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(CODENAME)",
         "Identifier: Packages"],
        check=True, capture_output=True, text=True,
    ).stdout
    rows = [line.split("|") for line in targets.splitlines()]
    found = [row[2:] for row in rows if row[:2] == ["Debian", "Debian"]]
    if not found:
        raise SystemExit("apt has no source of Debian: run 'apt-get update', or add it")
    address, codename = found[0]
    return address, codename.split("-")[0]


def bootstrap(suite: str, address: str, cache: Path) -> Path:
    """The smallest system of a suite as an archive, kept from run to run."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{suite}.tar"
    if kept.exists():
        return kept
    print(f"fetching {suite}", flush=True)
    with tempfile.TemporaryDirectory(prefix="nettop-chroot-") as name:
        root = Path(name) / "root"
        answer = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", suite, root, address],
            capture_output=True, text=True,
        )
        if answer.returncode:
            raise SystemExit(f"debootstrap {suite}: {answer.stdout[-2000:]}{answer.stderr}")
        whole = kept.with_suffix(".new")
        subprocess.run(["tar", "-cpf", whole, "--numeric-owner", "-C", root, "."], check=True)
        whole.rename(kept)
    return kept


def add_libraries(package: Path, root: Path):
    """Copies what a program with shared libraries loads on this host, where the chroot lacks it."""
    with tempfile.TemporaryDirectory(prefix="nettop-package-") as name:
        subprocess.run(["dpkg-deb", "-x", package, name], check=True)
        program = Path(name) / "usr/bin/nettop"
        loaded = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
        for library in re.findall(r"(/\S+) \(0x", loaded):
            target = root / library.lstrip("/")
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(Path(library).resolve(), target)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Test the Debian package in fresh chroots.")
    parser.add_argument("package", type=Path)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="such as bookworm")
    parser.add_argument("--cache", type=Path, default=Path(".build-deb/suites"),
                        help="where the smallest systems are kept")
    parser.add_argument("--with-libraries", action="store_true",
                        help="the package has a program with shared libraries: copy them from here")
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("debootstrap and chroot need root")
    return options


if __name__ == "__main__":
    sys.exit(main())
