"""What a guest told: facts of its kernel, and how each test came out."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Results:
    facts: dict[str, str] = field(default_factory=dict)
    answer: list[str] = field(default_factory=list)
    """What `nettop list` printed."""
    passed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    failed: dict[str, list[str]] = field(default_factory=dict)
    """Tests and their issues."""
    running: str | None = None
    """The test that had not ended."""

    @property
    def is_complete(self) -> bool:
        return "end" in self.facts

    def _event(self, event: dict):
        test, kind = event.get("testID", ""), event["kind"]
        # A suite is no test, but what is skipped can be a whole suite.
        name = _name(test)
        if kind == "issueRecorded" and not event.get("issue", {}).get("isKnown"):
            texts = [message["text"] for message in event["messages"]]
            self.failed.setdefault(name, []).append(" / ".join(texts))
        elif kind == "testSkipped":
            self.skipped.add(name)
        elif ".swift:" not in test:
            return
        elif kind == "testStarted":
            self.running = name
        elif kind == "testEnded":
            self.running = None
            if name not in self.failed:
                self.passed.add(name)


def read(file: Path) -> Results:
    results = Results()
    for line in file.read_text(errors="replace").splitlines():
        if line.startswith("fact "):
            # A name can be of several words, what is told of it is one.
            name, told = line.removeprefix("fact ").rsplit(" ", 1)
            results.facts[name] = told
        elif line.startswith("says "):
            results.answer.append(line.removeprefix("says "))
        elif line.startswith("{"):
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                continue  # the end of a guest that was killed
            if record["kind"] == "event":
                results._event(record["payload"])
    return results


def _name(test: str) -> str:
    """`TracerTests.LiveKernel/Crowds/test()/CrowdTests.swift:13:6` as `Crowds/test()`."""
    parts = test.split("/")
    if ".swift:" in parts[-1]:
        parts.pop()
    if len(parts) > 1 and parts[0].endswith((".LiveKernel", ".LiveHost")):
        parts.pop(0)
    return "/".join(parts)
