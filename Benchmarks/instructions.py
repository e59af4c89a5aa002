#!/usr/bin/env python3
"""Counts the instructions that nettop adds to what happens in the kernel.

    Benchmarks/instructions.py [KERNEL] [--timeout 1200]

Boots a kernel in a guest whose clock goes on by a nanosecond with each instruction, and measures
there what takes how long: no other process, no cache and no clock rate is in these figures.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "Tests/Kernels"
CACHE = ROOT / ".build/kernels"
sys.path.insert(0, str(TESTS))

import image
import qemu
from guest import Guest
from kernels import KERNELS, fetch

JOB = """#!/bin/sh
nettop-bench instructions > /dev/ttyS1 2>&1
echo "status $?" > /dev/ttyS1
"""


def main() -> int:
    names = [kernel.name for kernel in KERNELS if kernel.supported]
    parser = argparse.ArgumentParser(description="Count the instructions that nettop adds.")
    parser.add_argument("kernel", nargs="?", default="6.12", choices=names)
    parser.add_argument("--timeout", type=int, default=1200, help="seconds until the guest is ended")
    options = parser.parse_args()
    [kernel] = fetch([kernel for kernel in KERNELS if kernel.name == options.kernel], CACHE)
    folder = CACHE / "guests/instructions"
    folder.mkdir(parents=True, exist_ok=True)
    programs = folder / "programs.cpio"
    image.programs(
        {ROOT / ".build/release/nettop-bench": "/usr/bin/nettop-bench"},
        ["busybox", "sh", "ip"],
        programs,
    )
    job = folder / "job.cpio"
    image.scripts({"init": (TESTS / "init.sh").read_text(), "job": JOB}, job)
    image.join([programs, job], folder / "initramfs")
    guest = Guest(
        qemu.find(CACHE), kernel.elf, folder / "initramfs", folder, counts_instructions=True
    )
    ended = guest.run(options.timeout)
    told = (folder / "events").read_text().replace("\r", "")
    print(f"Linux {kernel.release}\n{told.replace('status 0', '').rstrip()}")
    return 0 if ended and "status 0" in told else 1


if __name__ == "__main__":
    sys.exit(main())
