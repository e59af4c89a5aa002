"""Runs the matrix: the executable of `make static` with each source in each guest."""

import sys
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import btf
import image
import markdown
from guest import Guest
from kernels import Fetched
from matrix import report, result, traffic
from matrix.guests import MatrixGuest, all_guests
from qemu import Qemu

HERE = Path(__file__).resolve().parent
INIT = (HERE.parent / "init.sh").read_text()
TOOLS = ["busybox", "modprobe", "setpriv", "env"]
# In MiB.
MEMORY = 1024


def run(fetched: list[Fetched], qemu: Qemu, root: Path, cache: Path, options: Namespace) -> bool:
    """Whether all held; prints the table, and records it if that is asked for."""
    programs = cache / "matrix.cpio"
    image.programs({root / ".build-static/nettop": "/usr/bin/nettop"}, TOOLS, programs)
    kernels = {each.kernel: each for each in fetched}
    guests = [guest for guest in all_guests(list(kernels)) if options.only in guest.name]
    if not guests:
        sys.exit(f"no guest has {options.only!r} in its name")
    # What guests of one kernel share is made before they run.
    for guest in guests:
        _ = kernels[guest.kernel].modules, _elf(guest, kernels[guest.kernel], qemu)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(
            pool.map(lambda guest: _boot(guest, kernels[guest.kernel], qemu, programs, cache, options), guests)
        )
    text = markdown.table(result.HEAD, [each.cells for each in results])
    print(f"\n{text}\n")
    for each in results:
        for fault in each.faults:
            print(f"{each.cells[0]}: {fault}")
    if options.record:
        _record(text, root / "README.md")
    return not any(each.faults for each in results)


def _elf(guest: MatrixGuest, fetched: Fetched, qemu: Qemu) -> Path:
    return btf.without(fetched, qemu, INIT) if guest.variant.without_btf else fetched.elf


def _boot(
    guest: MatrixGuest, fetched: Fetched, qemu: Qemu, programs: Path, cache: Path, options: Namespace
) -> result.Result:
    folder = cache / "guests" / guest.name
    folder.mkdir(parents=True, exist_ok=True)
    job, initramfs = folder / "job.cpio", folder / "initramfs"
    scripts = {"init": INIT, "job": (HERE / "job.sh").read_text(), "job.env": traffic.environment()}
    image.scripts(scripts, job)
    image.join([programs, fetched.modules, job], initramfs)
    start = time.monotonic()
    elf = _elf(guest, fetched, qemu)
    machine = Guest(qemu, elf, initramfs, folder, memory=MEMORY, parameters=guest.variant.parameters)
    ended = machine.run(options.timeout)
    initramfs.unlink()
    judged = result.judge(guest, report.read(folder / "events"))
    how = "" if ended else ", cut off"
    held = f"{len(judged.faults)} faults" if judged.faults else "all held"
    print(f"{guest.name}: {held}, {time.monotonic() - start:.0f} s{how}", flush=True)
    return judged


def _record(text: str, readme: Path):
    """Puts the table between its markers in the README."""
    before, begin, rest = readme.read_text().partition("<!-- kernels -->\n")
    _, end, after = rest.partition("<!-- /kernels -->\n")
    if not end:
        sys.exit(f"{readme} has no place for the table of kernels")
    readme.write_text(f"{before}{begin}{text}\n{end}{after}")
