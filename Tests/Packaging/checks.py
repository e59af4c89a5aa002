"""What has to hold of the package, in this order: each check goes on from the one before."""

import json
import stat
import subprocess
from pathlib import Path

PROGRAM = "usr/bin/nettop"
MANUAL = "usr/share/man/man1/nettop.1.gz"
COMPLETIONS = {
    "usr/share/bash-completion/completions/nettop": "complete -o filenames -F _nettop nettop",
    "usr/share/zsh/vendor-completions/_nettop": "#compdef nettop",
    "usr/share/fish/vendor_completions.d/nettop.fish": "complete -c 'nettop'",
}
DOCUMENTS = ["copyright", "changelog.gz", "README.Debian"]
INSTALL_CAPS = "/usr/lib/nettop/install-caps"
SERVICE = "nettop-record.service"

# What installing any package changes.
NOT_OURS = ("var/lib/dpkg", "var/log", "var/cache", "proc", "sys", "dev", "nettop.deb")
# Every change of a group leaves these.
BACKUPS = {"etc/group-", "etc/gshadow-", "etc/.pwd.lock"}

# Completes `nettop do`, as an interactive shell does.
COMPLETE = """
    . /usr/share/bash-completion/completions/nettop
    COMP_LINE='nettop do' COMP_POINT=9 COMP_CWORD=1 COMP_WORDS=(nettop do)
    _nettop nettop do nettop
    echo "${COMPREPLY[@]}"
"""


class Chroot:
    def __init__(self, root: Path):
        self.root = root
        self.before: set[str] = set()

    def run(self, *words: str, fails: bool = False) -> str:
        """What a command prints in the chroot, with the host's /proc and /sys.

        They are mounted where only the command sees them, and go with it."""
        mounts = "; ".join(
            f"mount --rbind /{name} '{self.root}/{name}'" for name in ("proc", "sys", "dev")
        )
        answer = subprocess.run(
            ["unshare", "--mount", "sh", "-ec", f"{mounts}; exec chroot '{self.root}' \"$@\"", "sh", *words],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"},
        )
        told = f"{' '.join(words)}: status {answer.returncode}: {answer.stdout}{answer.stderr}"
        assert (answer.returncode != 0) == fails, told
        return answer.stdout

    def files(self) -> set[str]:
        """The paths of all files, without those that any package changes."""
        paths = (str(path.relative_to(self.root)) for path in self.root.rglob("*"))
        return {path for path in paths if not path.startswith(NOT_OURS)}

    def remember_files(self):
        self.before = self.files()

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def owner_and_mode(self, path: str) -> tuple[str, int]:
        return (
            self.run("stat", "-c", "%U:%G", f"/{path}").strip(),
            stat.S_IMODE((self.root / path).stat().st_mode),
        )


def installs(chroot: Chroot):
    chroot.run("dpkg", "-i", "/nettop.deb")
    status = chroot.run("dpkg-query", "-W", "-f", "${Status} ${Depends}", "nettop")
    assert status.strip() == "install ok installed", status
    assert chroot.owner_and_mode(PROGRAM) == ("root:root", 0o755)
    chroot.run("dpkg", "--verify", "nettop")


def has_the_version_of_the_program(chroot: Chroot):
    version = chroot.run("nettop", "--version").strip()
    package = chroot.run("dpkg-query", "-W", "-f", "${Version}", "nettop")
    assert version and version == package, f"{version} is not {package}"


def lists_connections(chroot: Chroot):
    check_list(chroot.run("nettop", "list", "--no-wait"))
    for line in chroot.run("nettop", "list", "--no-wait", "--format", "json").splitlines():
        json.loads(line)


def has_its_documents(chroot: Chroot):
    manual = chroot.run("gzip", "-dc", f"/{MANUAL}")
    assert ".TH NETTOP 1" in manual, manual[:200]
    for name in DOCUMENTS:
        assert chroot.has(f"usr/share/doc/nettop/{name}"), name


def completes_words(chroot: Chroot):
    for path, line in COMPLETIONS.items():
        assert chroot.has(path), path
        assert line in (chroot.root / path).read_text(), f"{path} lacks {line}"
    completed = chroot.run("bash", "-c", COMPLETE).split()
    assert completed == ["doctor"], completed


def has_a_service_that_is_not_enabled(chroot: Chroot):
    unit = (chroot.root / "usr/lib/systemd/system" / SERVICE).read_text()
    assert "\nExecStart=/usr/bin/nettop record " in unit, unit
    assert "\nUser=nettop\n" in unit, unit
    user = (chroot.root / "usr/lib/sysusers.d/nettop.conf").read_text()
    assert "\nu nettop - " in user, user
    enabled = list((chroot.root / "etc/systemd").rglob(SERVICE))
    assert not enabled, enabled


def gives_capabilities_to_a_group(chroot: Chroot):
    chroot.run(INSTALL_CAPS)
    check_capabilities(chroot)
    # As a member of the group, and as nobody. Only the shell has lost the capabilities of setpriv.
    user = ["setpriv", "--reuid=65534", "--clear-groups"]
    command = ["sh", "-c", "nettop list --no-wait"]
    check_list(chroot.run(*user, "--regid=nettop", *command))
    chroot.run(*user, "--regid=65534", *command, fails=True)
    # Once more changes nothing.
    chroot.run(INSTALL_CAPS)
    check_capabilities(chroot)


def keeps_them_at_an_upgrade(chroot: Chroot):
    chroot.run("dpkg", "-i", "/nettop.deb")
    check_capabilities(chroot)


def takes_them_away(chroot: Chroot):
    chroot.run(INSTALL_CAPS, "--remove")
    assert chroot.owner_and_mode(PROGRAM) == ("root:root", 0o755)
    assert not chroot.run("getcap", f"/{PROGRAM}")
    chroot.run("dpkg", "-i", "/nettop.deb")
    assert not chroot.run("getcap", f"/{PROGRAM}")
    chroot.run(INSTALL_CAPS)


def is_removed(chroot: Chroot):
    chroot.run("dpkg", "--remove", "nettop")
    left = chroot.files() - chroot.before - BACKUPS
    assert not left, left
    assert chroot.run("getent", "group", "nettop")


def is_purged(chroot: Chroot):
    chroot.run("dpkg", "--purge", "nettop")
    left = chroot.files() - chroot.before - BACKUPS
    assert not left, left
    chroot.run("getent", "group", "nettop", fails=True)
    chroot.run("dpkg-statoverride", "--list", f"/{PROGRAM}", fails=True)
    chroot.run("dpkg-query", "-W", "nettop", fails=True)


def check_list(output: str):
    # Lines of the sample begin with a number sign.
    titles = [line.split() for line in output.splitlines() if not line.startswith("#")][:1]
    assert titles and {"PID", "PROCESS", "REMOTE"} <= set(titles[0]), output[:500]


def check_capabilities(chroot: Chroot):
    assert chroot.owner_and_mode(PROGRAM) == ("root:nettop", 0o750), chroot.owner_and_mode(PROGRAM)
    given = chroot.run("getcap", f"/{PROGRAM}")
    for name in ("cap_sys_admin", "cap_net_admin", "cap_kill"):
        assert name in given, f"{name} is not among '{given}'"


CHECKS = [
    (check.__name__.replace("_", " "), check)
    for check in (
        installs, has_the_version_of_the_program, lists_connections, has_its_documents, completes_words,
        has_a_service_that_is_not_enabled, gives_capabilities_to_a_group, keeps_them_at_an_upgrade,
        takes_them_away, is_removed, is_purged,
    )
]
