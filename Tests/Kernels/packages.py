"""Packages of other suites, without a change to this host: apt with lists and a cache of its own."""

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
# By the label of the archive that has them. The addresses come from this machine's own sources.
SUITES = {
    "Debian": ("bookworm-backports", "trixie-backports"),
    "Debian-Security": ("bullseye-security", "bookworm-security", "trixie-security"),
}


def archives() -> dict[str, str]:
    """The addresses of Debian's archives by label, as this machine's apt lists them."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Identifier: Packages"],
        check=True, capture_output=True, text=True,
    ).stdout
    rows = [line.split("|") for line in targets.splitlines()]
    found = {label: address for origin, label, address in rows if origin == "Debian" and label in SUITES}
    missing = sorted(SUITES.keys() - found.keys())
    if missing:
        raise SystemExit(f"apt has no source labelled {', '.join(missing)}: run 'apt-get update', or add it")
    return found


class Packages:
    """The packages of all these suites."""

    def __init__(self, cache: Path):
        self.cache = cache / "apt"
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
            APT::Sandbox::User "root";
            """
        )
        self.environment = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C"}
        self._update(
            f"deb [signed-by={KEYS}] {address} {suite} main"
            for label, address in archives().items()
            for suite in SUITES[label]
        )

    def _run(self, *words: str, folder: Path | None = None) -> str:
        return subprocess.run(
            words, cwd=folder, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def _update(self, lines: Iterable[str]):
        self.sources.write_text("\n".join(lines) + "\n")
        try:
            self._run("apt-get", "update")
        except subprocess.CalledProcessError as error:
            # Without a network, what an earlier run found serves.
            if not list((self.cache / "lists").glob("*_Packages*")):
                raise SystemExit(f"apt-get update: {error.stderr}") from None

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

    def unpack(self, name: str, folder: Path):
        """Puts a package's files below a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        archives = self.cache / "archives"
        self._run("apt-get", "download", name, folder=archives)
        for archive in archives.glob(f"{name}_*.deb"):
            self._run("dpkg-deb", "-x", str(archive), str(folder))
            archive.unlink()
