"""The table of what held on which kernel."""

from kernels import Fetched
from results import Results

FACTS = ["function hooks", "typed pass", "UDP", "drop reasons", "reset reasons"]
# What nettop says and its exit status where it cannot run (`Kernel.explain`).
REFUSAL = "is too old"
FAILED = "1"


def holds(kernel: Fetched, told: Results) -> bool:
    if not told.is_complete or told.failed:
        return False
    if kernel.kernel.supported:
        statuses = [told.facts.get(name) for name in ("status", "doctor")]
        return statuses == ["0", "0"] and bool(told.passed)
    return told.facts.get("status") == FAILED and any(REFUSAL in line for line in told.answer)


def text(kernels: list[Fetched], told: list[Results]) -> str:
    """A Markdown table, and below it what did not hold."""
    head = ["kernel", "held", "passed", "failed", "skipped", *FACTS]
    lines = ["", _line(head), _line(["---"] * len(head))]
    notes = []
    for kernel, results in zip(kernels, told):
        held = "yes" if holds(kernel, results) else "NO"
        counts = [len(results.passed), len(results.failed), len(results.skipped)]
        if not kernel.kernel.supported:
            counts = ["refused in words" if held == "yes" else "not refused", "", ""]
        facts = [results.facts.get(name, "?") for name in FACTS]
        lines.append(_line([kernel.release, held, *counts, *facts]))
        notes += [f"{kernel.release}: {note}" for note in _notes(results)]
    return "\n".join([*lines, *([""] if notes else []), *notes])


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


def _line(cells: list) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
