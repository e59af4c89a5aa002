#!/usr/bin/env python3
"""Runs the tests: first those that need neither kernel nor terminal, in parallel; then those of the
live kernel, several suites at a time; last those that watch or load the whole host, alone.

    Tests/Runner/run_tests.py BUNDLE [--fast] [--jobs N] [--filter PATTERN] [--timeout SECONDS]

Ends with the failures, the ten slowest tests and a line "N passed, N failed, N skipped". The exit
status is 0 if all passed. The output of each suite stays in LOGS beside the bundle.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Python leaves nothing among the sources.
sys.dont_write_bytecode = True

from bundle import Bundle, Outcome

# Why tests are skipped that Tests/TestSupport/Live.swift marks.
NEEDS = ("live", "alone")
# Suites of every source of connections, and the one that they do not look at unless told to.
SOURCE_SUITES = "TracerTests.LiveKernel"
OTHER_SOURCE = "diag"


def main() -> int:
    options = parse()
    logs = options.bundle.parent / "test-logs"
    logs.mkdir(exist_ok=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nettop-tests-") as scratch:
        bundle = Bundle(options.bundle, Path(scratch), logs, options.timeout)
        outcomes = run(bundle, options)
    report(outcomes, time.monotonic() - start, logs)
    return 1 if any(outcome.failed or outcome.error for outcome in outcomes) else 0


def run(bundle: Bundle, options: argparse.Namespace) -> list[Outcome]:
    """Runs all tests that match, and prints a line for each job as it ends."""
    fast = tell(bundle.run("fast", [options.filter] if options.filter else [], is_fast=True))
    if options.fast:
        fast.skipped = {suite: why for suite, why in fast.skipped.items() if why not in NEEDS}
        return [fast]
    # What was skipped says what it needs, a whole suite for all in it.
    needs = {need: [suite for suite, why in fast.skipped.items() if why == need] for need in NEEDS}
    fast.skipped = {suite: why for suite, why in fast.skipped.items() if why not in NEEDS}
    suites = [suite for suite in bundle.suites() if re.search(options.filter, suite)]
    live, alone = ([suite for suite in suites if is_in(suite, needs[need])] for need in NEEDS)
    outcomes = [fast]
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes += pool.map(lambda suite: tell(bundle.run(suite, [f"^{re.escape(suite)}/"])), bundle.longest_first(live))
        # The same again for the other source, less what that does not know.
        others = [suite for suite in live if suite.startswith(SOURCE_SUITES)]
        outcomes += pool.map(
            lambda suite: tell(bundle.run(f"{suite} ({OTHER_SOURCE})", [f"^{re.escape(suite)}/"], source=OTHER_SOURCE)),
            bundle.longest_first(others),
        )
    outcomes += [tell(bundle.run(suite, [f"^{re.escape(suite)}/"])) for suite in alone]
    bundle.remember(outcomes)
    return outcomes


def is_in(suite: str, parents: list[str]) -> bool:
    return any(suite == parent or suite.startswith(f"{parent}/") for parent in parents)


def tell(outcome: Outcome) -> Outcome:
    mark = "FAILED" if outcome.failed or outcome.error else "ok"
    print(f"{mark:6} {outcome.name}: {len(outcome.seconds)} tests, {outcome.took:.1f} s", flush=True)
    return outcome


def report(outcomes: list[Outcome], took: float, logs: Path):
    seconds = {test: s for outcome in outcomes for test, s in outcome.seconds.items()}
    print(f"\nThe ten slowest of {sum(seconds.values()):.0f} s, which took {took:.0f} s:")
    for test in sorted(seconds, key=seconds.get, reverse=True)[:10]:
        print(f"{seconds[test]:7.1f} s  {test}")
    failures = 0
    for outcome in outcomes:
        failures += len(outcome.failed) + bool(outcome.error)
        for test, issues in outcome.failed.items():
            print(f"\nFAILED {test}")
            for issue in issues:
                print(f"  {issue[:2000]}")
        if outcome.error:
            print(f"\nFAILED {outcome.name}: {outcome.error}\n  {outcome.log}:")
            print("".join(f"  {line}\n" for line in outcome.last_lines()))
    # What another source does not know is no test that is missing: see the README for the list.
    skipped = {
        test: why
        for outcome in outcomes
        if OTHER_SOURCE not in outcome.name
        for test, why in outcome.skipped.items()
    }
    if skipped:
        print("\nSkipped:")
        for test, why in skipped.items():
            print(f"  {test}: {why}")
    passed = sum(len(outcome.seconds) - len(outcome.failed) for outcome in outcomes)
    print(f"\nThe output of each suite is in {logs}.")
    print(f"{passed} passed, {failures} failed, {len(skipped)} skipped")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the tests.")
    parser.add_argument("bundle", type=Path, help="nettopPackageTests.xctest of a build")
    parser.add_argument("--fast", action="store_true", help="only tests without kernel and terminal")
    parser.add_argument("--filter", default="", help="only suites that match this pattern")
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1, help="suites at a time")
    parser.add_argument("--timeout", type=int, default=900, help="seconds until a suite is ended")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
