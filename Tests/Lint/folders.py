#!/usr/bin/env python3
"""Checks that the folders of each target import one way.

    Tests/Lint/folders.py [--draw] [TARGET ...]

A folder refers to another where one of its files names a type that is declared there. Files at the
top of a target belong to a folder of their own, `.`. The check fails where references form a cycle,
and names the files and types that close it. With `--draw`, it prints the references in the language
of Graphviz: `Tests/Lint/folders.py --draw Monitor | dot -Tsvg`.
"""

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "Sources"
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(r'"""(?:.|\n)*?"""|#?"(?:\\.|[^"\\\n])*"#?')
INTERPOLATION = re.compile(r"\\\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:package|public|internal|final|indirect|nonisolated)\s+)*"
    r"(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)",
    re.MULTILINE,
)
WORD = re.compile(r"(?<![\w.])[A-Z]\w*")


def code(path):
    """The text of a file without comments, and of its strings only what they interpolate."""
    text = COMMENT.sub("", path.read_text())
    return STRING.sub(lambda match: " ".join(INTERPOLATION.findall(match[0])), text)


def folder(path, target):
    parts = path.relative_to(target).parts
    return parts[0] if len(parts) > 1 else "."


def references(target):
    """Maps (from, to) to the places where one folder names a type of the other."""
    texts = {path: code(path) for path in sorted(target.rglob("*.swift"))}
    homes = {}
    for path, text in texts.items():
        for name in DECLARATION.findall(text):
            homes[name] = folder(path, target)
    found = defaultdict(set)
    for path, text in texts.items():
        here = folder(path, target)
        for name in set(WORD.findall(text)):
            there = homes.get(name, here)
            if there != here:
                found[here, there].add(f"{path.relative_to(target)}: {name}")
    return found


def cycles(edges):
    """Groups of folders that can all be reached from each other."""
    reach = defaultdict(set)
    for start, end in edges:
        reach[start].add(end)
    for middle in list(reach):
        for start in list(reach):
            if middle in reach[start]:
                reach[start] |= reach[middle]
    groups = {
        frozenset(other for other in reach if other in reach[one] and one in reach[other])
        for one in reach
        if one in reach[one]
    }
    return [sorted(group) for group in groups]


def main():
    parser = argparse.ArgumentParser(description="Check that folders import one way.")
    parser.add_argument("--draw", action="store_true", help="print the references for Graphviz")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    arguments = parser.parse_args()
    names = arguments.targets or sorted(path.name for path in SOURCES.iterdir() if path.is_dir())
    failed = False
    for name in names:
        edges = references(SOURCES / name)
        if arguments.draw:
            print(f"digraph {name} {{")
            for (start, end), places in sorted(edges.items()):
                print(f'  "{start}" -> "{end}" [label={len(places)}];')
            print("}")
            continue
        for group in cycles(edges):
            failed = True
            print(f"{name}: these folders refer to each other: {', '.join(group)}", file=sys.stderr)
            for (start, end), places in sorted(edges.items()):
                if start in group and end in group:
                    shown = ", ".join(sorted(places)[:8])
                    print(f"  {start} -> {end} ({len(places)}): {shown}", file=sys.stderr)
    sys.exit(failed)


if __name__ == "__main__":
    main()
