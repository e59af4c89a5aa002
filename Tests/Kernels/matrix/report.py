"""What a guest of the matrix printed: facts, and each command's output, errors and exit status."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Command:
    output: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int | None = None

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.output if line.startswith("{") and line.endswith("}")]


@dataclass
class Report:
    facts: dict[str, str] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return "end" in self.facts

    @property
    def version(self) -> str:
        """The kernel's, as Debian numbers it."""
        match = re.search(r"Debian (\d+\.\d+\.\d+)", self.facts.get("version", ""))
        return match[1] if match else "?"

    def command(self, name: str) -> Command:
        return self.commands.setdefault(name, Command())


def read(file: Path) -> Report:
    report = Report()
    for line in file.read_text(errors="replace").splitlines():
        kind, _, rest = line.partition(" ")
        name, _, value = rest.partition(" ")
        if kind == "fact":
            report.facts[name] = value
        elif kind == "out":
            report.command(name).output.append(value)
        elif kind == "err":
            report.command(name).errors.append(value)
        elif kind == "status":
            report.command(name).status = int(value)
    return report
