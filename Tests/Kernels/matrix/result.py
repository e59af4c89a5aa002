"""What held in one guest of the matrix: the cells of its row, and what did not hold."""

import re
from dataclasses import dataclass, field

from matrix.guests import MatrixGuest, Variant
from matrix.report import Command, Report
from matrix.traffic import compare_log, list_faults

HEAD = [
    "kernel", "`auto` chooses", "`bpf`: self-test", "`bpf`: log", "`diag`: self-test", "`diag`: log",
    "`list` as a user",
]
FAILED = 1


@dataclass
class Result:
    cells: list[str]
    faults: list[str] = field(default_factory=list)


def judge(guest: MatrixGuest, report: Report) -> Result:
    result = Result([", ".join(filter(None, (report.version, guest.variant.name)))])
    for name, value in guest.variant.facts:
        if report.facts.get(name) != value:
            result.faults.append(f"this guest is not what it is called: {name} is {report.facts.get(name)}")
    if not report.is_complete:
        result.faults.append("the guest did not come to its end")
    _judge_choice(report.command("auto"), "bpf" if guest.has_bpf else "diag", result)
    _judge_source("bpf", report, guest.has_bpf, guest.variant, result)
    _judge_source("diag", report, True, guest.variant, result)
    faults = list_faults(report.command("list-user"), report.facts)
    result.cells.append("no" if faults else "yes")
    result.faults += [f"list as a user: {fault}" for fault in faults]
    return result


def _judge_choice(doctor: Command, expected: str, result: Result):
    messages = _messages(doctor)
    chosen = messages.get("source", "none: ").split(":")[0]
    result.cells.append(f"`{chosen}`")
    if chosen != expected:
        why = messages.get("programs") or messages.get("source") or " ".join(doctor.errors)
        result.faults.append(f"auto chose {chosen}, but should choose {expected}: {why}")


def _judge_source(source: str, report: Report, is_due: bool, variant: Variant, result: Result):
    doctor, log = report.command(f"doctor-{source}"), report.command(f"log-{source}")
    messages = _messages(doctor)
    if not is_due:
        # Refused in words: what is missing, and not an error of the program.
        refusal = messages.get("programs")
        if refusal and doctor.status == FAILED and log.status == FAILED and log.errors:
            result.cells += [f"refused: {_reason(log.errors[0])}", ""]
            return
        result.faults.append(f"{source} should be refused, but doctor ended with {doctor.status} and said"
                             f" {refusal or messages.get('source') or doctor.errors}; log ended with"
                             f" {log.status} and said {log.errors}")
    passed, failures = _self_test(doctor, variant.untested)
    result.cells.append(f"{len(passed)} of {len(passed) + len(failures)}")
    result.faults += [f"doctor --source {source}: {failure}" for failure in failures]
    if doctor.status != 0 or not passed:
        why = messages.get("programs") or messages.get("verdict") or " ".join(doctor.errors)
        result.faults.append(f"doctor --source {source} ended with status {doctor.status}: {why}")
    comparison = compare_log(log, knows_openers=source == "bpf" or not variant.without_events)
    result.cells.append(f"{comparison.correct} of {comparison.due}")
    result.faults += [f"log --source {source}: {fault}" for fault in comparison.faults]


def _messages(doctor: Command) -> dict[str, str]:
    return {record["check"]: record["message"] for record in doctor.records}


def _reason(line: str) -> str:
    """Why a source was refused, from the first line of its error, without the kernel's release."""
    return re.sub(r" \(\d[^)]*\)", "", line.removeprefix("nettop: "))


def _self_test(doctor: Command, untested: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The cases of the self-test that were correct, and those that failed with what they found."""
    records = doctor.records
    # All that follow the checks of the source, which end with what it cannot know.
    names = [record["check"] for record in records]
    start = max((names.index(name) for name in ("tables", "UDP") if name in names), default=len(names))
    cases = [record for record in records[start + 1 :] if record["check"] not in ("limitation", "verdict")]
    passed = [case["check"] for case in cases if case["message"].endswith("all correct")]
    failed = [
        f"{case['check']}: {case['message']}"
        for case in cases
        if case["status"] == "failure" or case["status"] == "warning" and case["check"] not in untested
    ]
    return passed, failed
