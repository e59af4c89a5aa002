"""Tables in Markdown."""


def table(head: list[str], rows: list[list]) -> str:
    return "\n".join(_line(row) for row in [head, ["---"] * len(head), *rows])


def _line(cells: list) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
