#!/usr/bin/env python3
"""Runs the tests of the tracer on kernels other than this machine's, each in a guest of its own.

    Tests/Kernels/test_kernels.py [KERNEL…] [--filter TracerTests] [--jobs 2] [--timeout 3600]

Fetches the kernels, boots each with the test bundle of the present build, and ends with a table of
what held on which. Its exit status is 0 where all held. What a guest printed stays in
.build/kernels/guests/KERNEL/console.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Nothing of Python's is left among the sources.
sys.dont_write_bytecode = True

import image
import modules
import results
import table
from guest import Guest, check_qemu
from kernels import KERNELS, Fetched, fetch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / ".build/debug"
CACHE = ROOT / ".build/kernels"
PROGRAMS = {
    "nettopPackageTests.xctest": "/nettop/nettopPackageTests.xctest",
    "TestTraffic": "/nettop/TestTraffic",
    "nettop": "/usr/bin/nettop",
}
# Whatever tests call, besides what busybox has.
TOOLS = """busybox modprobe ip ss tc nstat nft sysctl ethtool bash sh sleep cat grep sed rm mkdir ls ps kill
    env id true unshare nsenter mount umount setpriv timeout findmnt""".split()


def main() -> int:
    options = parse()
    check_qemu()
    kernels = [kernel for kernel in KERNELS if kernel.name in options.kernels]
    fetched = fetch(kernels, CACHE)
    programs = CACHE / "programs.cpio"
    image.programs({BUILD / name: path for name, path in PROGRAMS.items()}, TOOLS, programs)
    with ThreadPoolExecutor(options.jobs) as pool:
        told = list(pool.map(lambda kernel: test(kernel, programs, options), fetched))
    print(table.text(fetched, told))
    return 0 if all(table.holds(*pair) for pair in zip(fetched, told)) else 1


def test(kernel: Fetched, programs: Path, options: argparse.Namespace) -> results.Results:
    """Boots one kernel and runs the tests in it."""
    folder = CACHE / "guests" / kernel.kernel.name
    folder.mkdir(parents=True, exist_ok=True)
    initramfs = folder / "initramfs"
    image.join([programs, rest(kernel, options, folder)], initramfs)
    start = time.monotonic()
    ended = Guest(kernel.elf, initramfs, folder).run(options.timeout)
    initramfs.unlink()
    told = results.read(folder / "events")
    minutes = (time.monotonic() - start) / 60
    how = "" if ended and told.is_complete else ", cut off" if not ended else ", did not end well"
    print(f"{kernel.release}: {minutes:.1f} minutes{how}", flush=True)
    return told


def rest(kernel: Fetched, options: argparse.Namespace, folder: Path) -> Path:
    """What differs between guests: the kernel's modules and the job."""
    archive = folder / "rest.cpio"
    with tempfile.TemporaryDirectory(prefix="nettop-image-") as name:
        root = Path(name)
        # `lib` is a link in what is unpacked before.
        modules.pack(kernel.modules, root)
        (root / "lib").rename(root / "usr-lib")
        (root / "usr").mkdir()
        (root / "usr-lib").rename(root / "usr/lib")
        for source, target in (("init.sh", "init"), ("tests.sh", "job")):
            (root / target).write_text((HERE / source).read_text())
            (root / target).chmod(0o755)
        (root / "job.env").write_text(
            f"export NETTOP_TEST_PATIENCE={options.patience}\n"
            f"FILTER='{options.filter if kernel.kernel.supported else ''}'\n"
        )
        image.pack(root, archive)
    return archive


def parse() -> argparse.Namespace:
    names = [kernel.name for kernel in KERNELS]
    parser = argparse.ArgumentParser(description="Run the tests of the tracer on other kernels.")
    parser.add_argument("kernels", nargs="*", default=names, choices=[*names, names], metavar="KERNEL",
                        help=f"any of {', '.join(names)}; all by default")
    parser.add_argument("--filter", default="TracerTests", help="the tests, by a pattern")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="guests at a time")
    parser.add_argument("--timeout", type=int, default=3600, help="seconds until a guest is ended")
    parser.add_argument("--patience", type=int, default=8,
                        help="how many times longer tests wait; their crowds are smaller by its square")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
