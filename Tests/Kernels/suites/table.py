"""The table of which tests passed on which kernel."""

import markdown
from kernels import Fetched
from suites.results import Results

FACTS = ["function hooks", "typed pass", "UDP", "drop reasons", "reset reasons"]


def holds(told: Results) -> bool:
    if not told.is_complete or told.failed:
        return False
    statuses = [told.facts.get(name) for name in ("status", "doctor")]
    return statuses == ["0", "0"] and bool(told.passed)


def text(kernels: list[Fetched], told: list[Results]) -> str:
    """A Markdown table, and below it what did not hold."""
    head = ["kernel", "held", "passed", "failed", "skipped", *FACTS]
    rows, notes = [], []
    for kernel, results in zip(kernels, told):
        counts = [len(results.passed), len(results.failed), len(results.skipped)]
        facts = [results.facts.get(name, "?") for name in FACTS]
        rows.append([kernel.release, "yes" if holds(results) else "NO", *counts, *facts])
        notes += [f"{kernel.release}: {note}" for note in _notes(results)]
    return "\n".join(["", markdown.table(head, rows), *([""] if notes else []), *notes])


def _notes(results: Results) -> list[str]:
    notes = [f"skipped {name}" for name in sorted(results.skipped)]
    for name, issues in results.failed.items():
        notes.append(f"failed {name}: {issues[0][:400]}")
    if not results.is_complete:
        notes.append(f"ended during {results.running or 'its start'}")
    if results.facts.get("status") != "0":
        notes.append(f"nettop list ended with status {results.facts.get('status')}: {results.answer}")
    elif results.facts.get("doctor") != "0":
        notes.append(f"nettop doctor ended with status {results.facts.get('doctor')}")
    return notes
