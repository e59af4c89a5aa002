"""A test bundle: its suites, and how they come out."""

import json
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Outcome:
    """How one process with some suites came out."""

    name: str
    log: Path
    took: float = 0
    """Seconds of the whole."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Of each test that ended."""
    failed: dict[str, list[str]] = field(default_factory=dict)
    """The issues of each test that failed."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Why tests or whole suites did not run."""
    error: str | None = None
    """What went wrong besides the tests: a crash, a timeout."""

    def last_lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()[-20:]


class Bundle:
    """The program that `swift build --build-tests` makes; it holds the tests of all targets."""

    def __init__(self, path: Path, scratch: Path, logs: Path, timeout: float):
        self.path = path.resolve()
        self.scratch = scratch
        self.logs = logs
        self.timeout = timeout
        self._durations = path.parent / "test-durations.json"

    def _command(self, *options: str) -> list[str]:
        return [str(self.path), "--testing-library", "swift-testing", *options]

    def suites(self) -> list[str]:
        """All suites, such as `TracerTests.LiveKernel/Ends`, in their order."""
        lines = subprocess.run(
            self._command("--list-tests"), check=True, capture_output=True, text=True
        ).stdout.splitlines()
        return list(dict.fromkeys(_suite(line) for line in lines if "/" in line))

    def longest_first(self, suites: list[str]) -> list[str]:
        """By how long they took last time; before these, those that have not run yet."""
        known = json.loads(self._durations.read_text()) if self._durations.exists() else {}
        return sorted(suites, key=lambda suite: -known.get(suite, float("inf")))

    def remember(self, outcomes: list[Outcome]):
        self._durations.write_text(json.dumps({outcome.name: outcome.took for outcome in outcomes}))

    def run(
        self, name: str, patterns: list[str], is_fast: bool = False, source: str | None = None
    ) -> Outcome:
        """Runs what matches in a process of its own, one test at a time.

        `is_fast`: in parallel, without the tests that need the kernel or a terminal.
        `source`: the source of connections that the tests look at, if not the usual one."""
        words = re.sub(r"[^\w.]", "-", name)
        outcome = Outcome(name, self.logs / f"{words}.log")
        events = self.scratch / f"{words}.events"
        command = self._command(
            *([] if is_fast else ["--no-parallel"]),
            *(word for pattern in patterns for word in ("--filter", pattern)),
            "--event-stream-output-path", str(events), "--event-stream-version", "0",
        )
        environment = dict(os.environ)
        if is_fast:
            environment["NETTOP_TESTS"] = "fast"
        if source:
            environment["NETTOP_TEST_SOURCE"] = source
        start = time.monotonic()
        with outcome.log.open("wb") as log:
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            try:
                status = process.wait(self.timeout)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                process.kill()
                process.wait()
        outcome.took = time.monotonic() - start
        running = _read(events, outcome) if events.exists() else []
        if status is None:
            outcome.error = f"did not end within {self.timeout:g} s"
        elif status < 0:
            outcome.error = f"ended by {signal.Signals(-status).name}"
        elif status > 0 and not outcome.failed:
            outcome.error = f"ended with status {status}"
        elif not outcome.seconds and not outcome.skipped:
            outcome.error = "ran no test"
        if outcome.error and running:
            outcome.error += f", in {', '.join(running)}"
        return outcome


def _suite(test: str) -> str:
    """`TracerTests.LiveKernel/Ends` of `TracerTests.LiveKernel/Ends/test()`."""
    # The name of a test can be any text in backquotes, with a slash in it.
    return re.sub(r"/(`.*`|[^/`]*)\(.*\)$", "", test)


def _name(test: str) -> str:
    """Without the place of its source, which a test's identifier ends in."""
    return re.sub(r"/[^/]+\.swift:\d+:\d+$", "", test)


def _reason(message: str) -> str:
    """`live` of `Suite LiveKernel skipped: "live"`."""
    return re.sub(r'^.*? skipped: "?(.*?)"?$', r"\1", message)


def _read(events: Path, outcome: Outcome) -> list[str]:
    """Adds what the events say; returns the tests that had not ended."""
    started: dict[str, float] = {}
    for line in events.read_text(errors="replace").splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue  # the last line of a process that was killed
        if record["kind"] != "event":
            continue
        event = record["payload"]
        kind, test = event["kind"], event.get("testID", "")
        name = _name(test)
        if kind == "issueRecorded" and not event.get("issue", {}).get("isKnown"):
            issue = " / ".join(message["text"] for message in event["messages"])
            place = event.get("issue", {}).get("sourceLocation", {})
            where = f"{place.get('fileID', '')}:{place.get('line', '')}: " if place else ""
            outcome.failed.setdefault(name, []).append(where + issue)
        elif kind == "testSkipped":
            outcome.skipped[name] = " / ".join(_reason(message["text"]) for message in event["messages"])
        elif ".swift:" in test and kind == "testStarted":
            started[name] = event["instant"]["absolute"]
        elif ".swift:" in test and kind == "testEnded":
            outcome.seconds[name] = event["instant"]["absolute"] - started.pop(name)
    return list(started)
