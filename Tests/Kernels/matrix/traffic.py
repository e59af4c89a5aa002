"""The connections that a guest makes, and what a log and a list have to say about them."""

from dataclasses import dataclass

from matrix.report import Command

HELD = 5000
"""The port of a connection between an ordinary user's processes, which stays open."""


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


def log_faults(log: Command) -> tuple[int, list[str]]:
    """How many events were compared, and which of them are missing or wrong."""
    compared, faults = 0, []
    for record in log.records:
        if record["event"] == "lost":
            faults.append(f"lost: {record['cause']}")
    for each in TRAFFIC:
        client = [record for record in log.records if record.get("remote_port") == each.port]
        server = [record for record in log.records if record.get("local_port") == each.port]
        for records, opening, sent, received in (
            (client, "connect", each.sent, each.answered), (server, "accept", each.answered, each.sent)
        ):
            compared += 2
            side = f"port {each.port}, {opening}ed side"
            events = [record["event"] for record in records]
            if events != [opening, "close"]:
                faults.append(f"{side}: events are {events}")
                continue
            figures = [records[1][name] for name in ("bytes_sent", "bytes_received")]
            if figures != [sent, received]:
                faults.append(f"{side}: bytes are {figures}, but should be {[sent, received]}")
            if opening == "connect" and records[0]["process"] != "nc":
                faults.append(f"{side}: process is {records[0]['process']}, but should be nc")
    return compared, faults


def list_faults(listed: Command, processes: dict[str, str]) -> list[str]:
    """What is wrong with an ordinary user's list of that user's connection.

    - processes: the PIDs of the `client` and the `server`"""
    faults = []
    if listed.status != 0:
        faults.append(f"status {listed.status}: {' '.join(listed.errors)}")
    if not any("diag" in line for line in listed.errors):
        faults.append(f"does not say that its source is diag: {listed.errors}")
    for side, name in (("client", "remote_port"), ("server", "local_port")):
        rows = [row for row in listed.records if row.get(name) == HELD and row["state"] == "ESTAB"]
        if [str(row["pid"]) for row in rows] != [processes.get(side)]:
            faults.append(f"{side}: PIDs are {[row['pid'] for row in rows]}, not {processes.get(side)}")
    return faults
