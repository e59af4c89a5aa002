"""Runs suites of the test bundle of the present build in a guest of each kernel."""

import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import image
from guest import Guest
from kernels import Fetched
from qemu import Qemu
from suites import results, table

HERE = Path(__file__).resolve().parent
PROGRAMS = {
    "nettopPackageTests.xctest": "/nettop/nettopPackageTests.xctest",
    "TestTraffic": "/nettop/TestTraffic",
    "nettop": "/usr/bin/nettop",
}
# Whatever tests call, besides what busybox has.
TOOLS = """busybox modprobe ip ss tc nstat nft sysctl ethtool bash sh sleep cat grep sed rm mkdir ls ps kill
    env id true unshare nsenter mount umount setpriv timeout findmnt""".split()


def run(fetched: list[Fetched], qemu: Qemu, root: Path, cache: Path, options: Namespace) -> bool:
    """Whether all held; prints a table of it."""
    programs = cache / "programs.cpio"
    build = root / ".build/debug"
    image.programs({build / name: path for name, path in PROGRAMS.items()}, TOOLS, programs)
    with ThreadPoolExecutor(options.jobs) as pool:
        told = list(pool.map(lambda kernel: _test(kernel, qemu, programs, cache, options), fetched))
    print(table.text(fetched, told))
    return all(table.holds(each) for each in told)


def _test(
    kernel: Fetched, qemu: Qemu, programs: Path, cache: Path, options: Namespace
) -> results.Results:
    folder = cache / "guests" / f"{kernel.kernel.name}-suites"
    folder.mkdir(parents=True, exist_ok=True)
    job, initramfs = folder / "job.cpio", folder / "initramfs"
    scripts = {
        "init": (HERE.parent / "init.sh").read_text(),
        "job": (HERE / "job.sh").read_text(),
        "job.env": f"export NETTOP_TEST_PATIENCE={options.patience}\nFILTER='{options.suites}'\n",
    }
    image.scripts(scripts, job)
    image.join([programs, kernel.modules, job], initramfs)
    start = time.monotonic()
    ended = Guest(qemu, kernel.elf, initramfs, folder).run(options.timeout)
    initramfs.unlink()
    told = results.read(folder / "events")
    minutes = (time.monotonic() - start) / 60
    how = "" if ended and told.is_complete else ", cut off" if not ended else ", did not end well"
    print(f"{kernel.release}: {minutes:.1f} minutes{how}", flush=True)
    return told
