#!/usr/bin/env python3
"""Records the pictures in docs/screens, and prints their text for the README.

    sudo docs/screens.py .build/release/nettop

It runs nettop in tmux, makes the traffic of scene.py, presses keys, and turns what the terminal
shows into SVG. Needs python3-rich, tmux, and what scene.py needs.
"""

import html
import pathlib
import re
import shlex
import subprocess
import sys
import time

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

# Of each picture: its name, its size, what to press, and whether it is kept as SVG or only printed.
PICTURES = [
    ("connections", 112, 24, ["Down", "Down"], True),
    ("processes", 112, 28, ["2", "*"], False),
    ("hosts", 112, 28, ["3"], False),
    ("namespaces", 112, 28, ["4"], False),
    ("listeners", 112, 28, ["5"], False),
    ("closed", 112, 28, ["6"], False),
    ("details", 112, 36, ["1", "x", "Home", "Enter"], True),
]
# Only the scene, whatever else goes on.
OPTIONS = ["--config", "/dev/null", "--theme", "dark", "--filter", "netns=shop-*"]
WARM_UP = 120  # Seconds until the graphs are full.

FOLDER = pathlib.Path(__file__).parent
TMUX = ["tmux", "-L", "nettop-screens", "-f", "/dev/null"]
GROUND, TEXT = (22, 24, 29), (208, 212, 220)
SIXTEEN = [
    (40, 44, 52), (224, 108, 117), (152, 195, 121), (229, 192, 123),
    (97, 175, 239), (198, 120, 221), (86, 182, 194), (208, 212, 220),
    (92, 99, 112), (240, 130, 138), (170, 215, 140), (245, 210, 140),
    (120, 190, 250), (215, 140, 235), (110, 205, 215), (255, 255, 255),
]
COLORS = TerminalTheme(GROUND, TEXT, SIXTEEN[:8], SIXTEEN[8:])
WIDTH, HEIGHT, MARGIN = 8.4, 18, 10  # Of a cell, and around all, in pixels.
FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'
SHADES = {"█": 1, "▓": 0.75, "▒": 0.5, "░": 0.25}
# Whether a line goes from the middle of the cell to the left, right, top and bottom.
LINES = {"─": "lr", "│": "tb", "┤": "ltb", "├": "rtb", "└": "rt", "┘": "lt", "┌": "rb", "┐": "lb"}
# Where the dots of a braille character are, in the order of its bits.
DOTS = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
# What is drawn, each character by itself, or words with single blanks between them.
DRAWN = "\u2800-\u28ff─-▟"
WORDS = re.compile(f"[{DRAWN}]|[^ {DRAWN}]+(?: [^ {DRAWN}]+)*")


def tmux(*words):
    return subprocess.run([*TMUX, *words], check=True, capture_output=True, text=True).stdout


def hexadecimal(color):
    return "#{:02x}{:02x}{:02x}".format(*color)


def look(style):
    """The colours of a style: of its text, and of its ground where it has one."""
    front = style.color.get_truecolor(COLORS) if style.color else TEXT
    back = style.bgcolor.get_truecolor(COLORS, foreground=False) if style.bgcolor else None
    if style.reverse:
        front, back = back or GROUND, front
    if style.dim:
        front = tuple((3 * a + 2 * b) // 5 for a, b in zip(front, back or GROUND))
    return hexadecimal(front), back and hexadecimal(back)


def line(character, x, y):
    """The path of a character that draws lines."""
    middle = f"M{x + WIDTH / 2:.1f} {y + HEIGHT / 2}"
    ends = {"l": f"H{x:.1f}", "r": f"H{x + WIDTH:.1f}", "t": f"V{y}", "b": f"V{y + HEIGHT}"}
    return "".join(middle + ends[end] for end in LINES[character])


def dots(character, x, y):
    """The path of a braille character, as squares."""
    bits = ord(character) - 0x2800
    places = (place for bit, place in enumerate(DOTS) if bits >> bit & 1)
    width, height = WIDTH / 2, HEIGHT / 4
    return "".join(f"M{x + a * width:.1f} {y + b * height:.1f}h3.4v3.7h-3.4z" for a, b in places)


def styled_rows(capture):
    """The rows of a capture, each as its segments of one style. The capture is read as a whole: a
    style that goes on to the next line is not written there again."""
    rows = [[]]
    for segment in Text.from_ansi(capture).render(Console(), end=""):
        for number, text in enumerate(segment.text.split("\n")):
            if number:
                rows.append([])
            if text:
                rows[-1].append((text, segment.style or Style()))
    return rows


def svg(capture, width):
    """What a terminal shows. What has to meet at the edges of cells is drawn, so that fonts, which
    differ in that, do not matter; the rest is text of a given length."""
    grounds, paths, texts = [], {}, []
    rows = styled_rows(capture)
    for row, segments in enumerate(rows):
        x, y = MARGIN, MARGIN + row * HEIGHT
        for text, style in segments:
            front, back = look(style)
            if back not in (None, hexadecimal(GROUND)):
                size = f'width="{len(text) * WIDTH:.1f}" height="{HEIGHT}"'
                grounds.append(f'<rect x="{x:.1f}" y="{y}" {size} fill="{back}"/>')
            for match in WORDS.finditer(text):
                word, start = match[0], x + match.start() * WIDTH
                if "\u2800" <= word <= "\u28ff":
                    key, path = f'fill="{front}"', dots(word, start, y)
                elif word in LINES:
                    key, path = f'fill="none" stroke="{front}"', line(word, start, y)
                elif word in SHADES:
                    key = f'fill="{front}" fill-opacity="{SHADES[word]}"'
                    path = f"M{start:.1f} {y + 1}h{WIDTH}v{HEIGHT - 2}h-{WIDTH}z"
                else:
                    place = f'x="{start:.1f}" y="{y + 13.5}" textLength="{len(word) * WIDTH:.1f}"'
                    weight = ' font-weight="bold"' if style.bold else ""
                    escaped = html.escape(word, quote=False)
                    texts.append(f'<text {place} fill="{front}"{weight}>{escaped}</text>')
                    continue
                paths[key] = paths.get(key, "") + path
            x += len(text) * WIDTH
    box = f"{width * WIDTH + 2 * MARGIN:.0f} {len(rows) * HEIGHT + 2 * MARGIN}"
    return "\n".join([
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {box}'"
        f" font-family='{FONT}' font-size='14'>",
        f'<rect width="100%" height="100%" rx="8" fill="{hexadecimal(GROUND)}"/>',
        *grounds, *(f'<path {key} d="{path}"/>' for key, path in paths.items()), *texts, "</svg>\n",
    ])


def main():
    program = shlex.join(["env", "COLORTERM=truecolor", *sys.argv[1:], *OPTIONS])
    tmux("new-session", "-d", "-s", "screens", "-x", "112", "-y", "24", program)
    scene = subprocess.Popen([sys.executable, str(FOLDER / "scene.py")])
    try:
        time.sleep(WARM_UP)
        for name, width, height, keys, is_kept in PICTURES:
            tmux("resize-window", "-t", "screens", "-x", str(width), "-y", str(height))
            for key in keys:
                tmux("send-keys", "-t", "screens", key)
                time.sleep(0.4)
            time.sleep(3)
            print(f"\n{name}\n" + tmux("capture-pane", "-p", "-t", "screens").rstrip())
            if is_kept:
                capture = tmux("capture-pane", "-p", "-e", "-N", "-t", "screens")
                path = FOLDER / "screens" / f"{name}.svg"
                path.write_text(svg(capture, width))
    finally:
        tmux("kill-session", "-t", "screens")
        scene.terminate()
        scene.wait()


if __name__ == "__main__":
    main()
