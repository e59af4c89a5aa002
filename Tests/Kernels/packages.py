"""Packages of other suites, without a change to this host: apt with lists and a cache of its own."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def archives(labels: Iterable[str]) -> dict[str, str]:
    """The addresses of Debian's archives with these labels, as this machine's apt lists them."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Identifier: Packages"],
        check=True, capture_output=True, text=True,
    ).stdout
    rows = [line.split("|") for line in targets.splitlines()]
    found = {label: address for origin, label, address in rows if origin == "Debian" and label in labels}
    missing = sorted(set(labels) - found.keys())
    if missing:
        raise SystemExit(f"apt has no source labelled {', '.join(missing)}: run 'apt-get update', or add it")
    return found


class AptError(SystemExit):
    """What apt refused, and its words."""


class Packages:
    """The packages of some suites."""

    def __init__(self, cache: Path, suites: dict[str, tuple[str, ...]], preferred: str = ""):
        """- cache: the folder of apt's lists
        - suites: by the label of the archive that has them
        - preferred: the suite whose packages are taken even if another has newer ones"""
        self.cache = cache
        self.sources = self.cache / "sources.list"
        for folder in ("lists/partial", "archives/partial", "preferences.d"):
            (self.cache / folder).mkdir(parents=True, exist_ok=True)
        configuration = self.cache / "apt.conf"
        configuration.write_text(
            f"""
            Dir::State::Lists "{self.cache}/lists";
            Dir::Cache "{self.cache}";
            Dir::Etc::SourceList "{self.sources}";
            Dir::Etc::SourceParts "-";
            Dir::Etc::PreferencesParts "{self.cache}/preferences.d";
            Acquire::Languages "none";
            APT::Architecture "amd64";
            APT::Default-Release "{preferred}";
            APT::Sandbox::User "root";
            """
        )
        self.environment = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C"}
        self._update(
            f"deb [signed-by={KEYS}] {address} {suite} main"
            for label, address in archives(suites).items()
            for suite in suites[label]
        )

    def _run(self, *words: str, folder: Path | None = None) -> str:
        done = subprocess.run(words, cwd=folder, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise AptError(f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def _update(self, lines: Iterable[str]):
        self.sources.write_text("\n".join(lines) + "\n")
        try:
            self._run("apt-get", "update")
        except AptError:
            # Without a network, what an earlier run found serves.
            if not list((self.cache / "lists").glob("*_Packages*")):
                raise

    def newest(self, pattern: str) -> str:
        """The name with the highest version in it, of those that are wholly of this pattern."""
        names = self._run("apt-cache", "pkgnames", "linux-image-").split()
        matching = [name for name in names if re.fullmatch(pattern, name)]
        if not matching:
            raise SystemExit(f"no package {pattern}: look at the suites in {__file__}")
        return max(matching, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])

    def parts(self, image: str) -> list[str]:
        """A kernel's package and those that hold the rest of it."""
        depends = self._run("apt-cache", "depends", image)
        return [image] + re.findall(r"Depends: (linux-(?:binary|modules)-\S+)", depends)

    def missing(self, name: str) -> list[str]:
        """A package, and those that it needs and this machine does not have, or has too old."""
        plan = self._run("apt-get", "--simulate", "--no-install-recommends", "install", name)
        return re.findall(r"^Inst (\S+)", plan, re.MULTILINE)

    def unpack(self, name: str, folder: Path):
        """Puts a package's files below a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        archives = self.cache / "archives"
        self._run("apt-get", "download", name, folder=archives)
        for archive in archives.glob(f"{name}_*.deb"):
            self._run("dpkg-deb", "-x", str(archive), str(folder))
            archive.unlink()
