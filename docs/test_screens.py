#!/usr/bin/env python3
"""Tests of screens.py: what a real tmux captures, as SVG. Needs python3-rich and tmux."""

import re
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True

import screens  # noqa: E402

# Red goes on over two ends of lines, and a blue ground over one.
OUTPUT = r"\033[31mfirst\nsecond\n\nthird\033[0m plain\n\033[44m under \n over \033[0m\n"
RED, PLAIN, BLUE = "#e06c75", "#d0d4dc", "#61afef"


class ScreensTest(unittest.TestCase):
    def setUp(self):
        self.addCleanup(subprocess.run, [*screens.TMUX, "kill-server"], capture_output=True)
        screens.TMUX[2] = "nettop-screens-test"
        screens.tmux("new-session", "-d", "-x", "20", "-y", "8", f"printf '{OUTPUT}'; sleep 60")

    def capture(self):
        for _ in range(500):
            capture = screens.tmux("capture-pane", "-p", "-e", "-N")
            if "over" in capture:
                return capture
            time.sleep(0.02)
        raise AssertionError(f"nothing was shown: {capture!r}")

    def test_a_style_goes_on_to_the_next_line(self):
        picture = screens.svg(self.capture(), 20)
        texts = re.findall(r'<text x="[^"]*" y="([^"]*)"[^>]* fill="([^"]*)">([^<]*)<', picture)
        self.assertEqual(
            [(text, front, float(y)) for y, front, text in texts],
            [
                ("first", RED, 23.5), ("second", RED, 41.5), ("third", RED, 77.5),
                ("plain", PLAIN, 77.5), ("under", PLAIN, 95.5), ("over", PLAIN, 113.5),
            ],
        )
        grounds = re.findall(r'<rect x="[^"]*" y="([^"]*)"[^>]* fill="([^"]*)"/>', picture)
        self.assertIn(("82", BLUE), grounds)
        self.assertIn(("100", BLUE), grounds)


if __name__ == "__main__":
    unittest.main()
