"""The connections that a guest makes, and what a log and a list have to say about them."""

from dataclasses import dataclass, field

from matrix.report import Command

HELD = 5000
"""The port of a connection between an ordinary user's processes, which stays open."""
CLIENT = "nc"
"""The name of the process that connects."""
FIGURES = ("bytes_sent", "bytes_received")


@dataclass(frozen=True)
class Conversation:
    port: int
    sent: int
    """Bytes that the client sends."""
    answered: int
    """Bytes that the server sends."""


TRAFFIC = [Conversation(5001, 1, 0), Conversation(5002, 4321, 1234), Conversation(5003, 1_000_000, 77_777)]


def environment() -> str:
    """What the job of a guest is told."""
    words = " ".join(f"{each.port}:{each.sent}:{each.answered}" for each in TRAFFIC)
    return f"HELD={HELD}\nTRAFFIC='{words}'\nENDS={2 * len(TRAFFIC)}\n"


@dataclass
class LogComparison:
    due: int
    """Openings and ends that the log has to report."""
    correct: int = 0
    faults: list[str] = field(default_factory=list)


def compare_log(log: Command, knows_openers: bool) -> LogComparison:
    """Compares a log with the traffic.

    - knows_openers: whether it has to know which side opened a connection, and who did"""
    comparison = LogComparison(due=4 * len(TRAFFIC))
    if not log.records:
        comparison.faults.append(f"is empty; status {log.status}: {' '.join(log.errors)}")
        return comparison
    comparison.faults += [f"lost: {record['cause']}" for record in log.records if record["event"] == "lost"]
    for each in TRAFFIC:
        for side, port, opening, sent, received in (
            ("client", "remote_port", "connect", each.sent, each.answered),
            ("server", "local_port", "accept", each.answered, each.sent),
        ):
            records = [record for record in log.records if record.get(port) == each.port]
            place = f"{side} of port {each.port}"
            _compare_openings(records, opening, knows_openers, place, comparison)
            _compare_ends(records, [sent, received], place, comparison)
    return comparison


def _compare_openings(
    records: list[dict], due: str, knows_openers: bool, place: str, comparison: LogComparison
):
    openings = [record for record in records if record["event"] != "close"]
    events = [record["event"] for record in openings]
    if events == ["open"] and not knows_openers:
        return
    if events != [due]:
        comparison.faults.append(f"{place}: its opening is {events}, but should be {due}")
    elif due == "connect" and knows_openers and openings[0]["process"] != CLIENT:
        comparison.faults.append(f"{place}: its process is {openings[0]['process']}, but should be {CLIENT}")
    else:
        comparison.correct += 1


def _compare_ends(records: list[dict], due: list[int], place: str, comparison: LogComparison):
    ends = [[record[name] for name in FIGURES] for record in records if record["event"] == "close"]
    if ends == [due]:
        comparison.correct += 1
    else:
        comparison.faults.append(f"{place}: {' and '.join(FIGURES)} of its ends are {ends}, but should be {due}")


def list_faults(listed: Command, processes: dict[str, str]) -> list[str]:
    """What is wrong with an ordinary user's list of that user's connection.

    - processes: the PIDs of the `client` and the `server`"""
    faults = []
    if listed.status != 0:
        return [f"status {listed.status}: {' '.join(listed.errors)}"]
    if not any("diag" in line for line in listed.errors):
        faults.append(f"does not say that its source is diag: {listed.errors}")
    for side, name in (("client", "remote_port"), ("server", "local_port")):
        rows = [row for row in listed.records if row.get(name) == HELD and row["state"] == "ESTAB"]
        if [str(row["pid"]) for row in rows] != [processes.get(side)]:
            faults.append(f"{side}: PIDs are {[row['pid'] for row in rows]}, not {processes.get(side)}")
    return faults
