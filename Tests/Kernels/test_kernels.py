#!/usr/bin/env python3
"""Runs nettop on kernels other than this machine's, each in a guest of its own.

    Tests/Kernels/test_kernels.py [KERNEL…] [--only TEXT] [--record] [--jobs 2] [--timeout 900]
    Tests/Kernels/test_kernels.py [KERNEL…] --suites [PATTERN] [--jobs 2] [--timeout 3600]

The first form runs the executable of `make static` on each kernel, with BTF and without, and on one
that lacks other things: which source it chooses, and whether the self-test, the log and an ordinary
user's list are right with each. The second runs suites of the tracer's tests from the present build on
the kernels where the source `bpf` works.

Both fetch the kernels, print a table in Markdown and below it what did not hold, and exit with 0 where
all held. What a guest printed stays in .build/kernels/guests: `console` and `events` of each.
"""

import argparse
import os
import sys
from pathlib import Path

# Nothing of Python's is left among the sources.
sys.dont_write_bytecode = True

import matrix.run
import qemu
import suites.run
from kernels import KERNELS, fetch

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".build/kernels"
# In seconds.
MATRIX_TIMEOUT = 900
SUITES_TIMEOUT = 3600


def main() -> int:
    options = parse()
    kernels = [
        kernel for kernel in KERNELS
        if kernel.name in options.kernels and (kernel.supported or not options.suites)
    ]
    run = suites.run.run if options.suites else matrix.run.run
    if options.timeout is None:
        options.timeout = SUITES_TIMEOUT if options.suites else MATRIX_TIMEOUT
    return 0 if run(fetch(kernels, CACHE), qemu.find(CACHE), ROOT, CACHE, options) else 1


def parse() -> argparse.Namespace:
    names = [kernel.name for kernel in KERNELS]
    parser = argparse.ArgumentParser(description="Run nettop on other kernels.")
    parser.add_argument("kernels", nargs="*", default=names, choices=[*names, names], metavar="KERNEL",
                        help=f"any of {', '.join(names)}; all by default")
    parser.add_argument("--only", default="", metavar="TEXT", help="guests whose names have this text")
    parser.add_argument("--record", action="store_true", help="put the table into README.md")
    parser.add_argument("--suites", nargs="?", const="TracerTests", metavar="PATTERN",
                        help="run tests of the present build instead; TracerTests by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="guests at a time")
    parser.add_argument("--timeout", type=int, help="seconds until a guest is ended")
    parser.add_argument("--patience", type=int, default=8,
                        help="of suites: how many times longer tests wait; their crowds are smaller by its square")
    options = parser.parse_args()
    if options.record and (options.suites or options.only or options.kernels != names):
        parser.error("--record takes the whole matrix")
    return options


if __name__ == "__main__":
    sys.exit(main())
