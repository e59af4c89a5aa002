"""Initramfs archives: programs with all that they load, and what a guest does with them."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs(files: dict[Path, str], tools: list[str], archive: Path):
    """Packs programs of ours under the paths named, and tools of this host where they are here.

    Kept from run to run, as long as nothing of it changed."""
    stamp = "\n".join(
        [f"{file} {file.stat().st_mtime_ns} {path}" for file, path in files.items()] + tools
    )
    known = archive.with_suffix(".stamp")
    if archive.exists() and known.exists() and known.read_text() == stamp:
        return
    with tempfile.TemporaryDirectory(prefix="nettop-image-") as name:
        root = Path(name)
        for folder in ("bin", "sbin", "lib", "lib64"):
            (root / "usr" / folder).mkdir(parents=True)
            (root / folder).symlink_to(f"usr/{folder}")
        for folder in ("dev", "proc", "sys", "run", "tmp", "root", "etc", "var"):
            (root / folder).mkdir()
        (root / "var/run").symlink_to("/run")
        loaded: set[str] = set()
        for file, path in files.items():
            _copy(file, root / path.lstrip("/"))
            subprocess.run(["strip", "--strip-debug", root / path.lstrip("/")], check=True)
            loaded |= _libraries(file)
        for tool in tools:
            found = shutil.which(tool)
            if not found:
                raise SystemExit(f"{tool} is missing here: install it through apt")
            _copy(Path(found), root / found.lstrip("/"))
            loaded |= _libraries(Path(found))
        for library in loaded:
            _copy(Path(library), root / library.lstrip("/"))
        for file in ("passwd", "group", "services", "protocols", "nsswitch.conf"):
            if Path("/etc", file).exists():
                _copy(Path("/etc", file), root / "etc" / file)
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        pack(root, archive)
    known.write_text(stamp)


def pack(root: Path, archive: Path):
    """Packs a folder. Archives can follow each other in one file."""
    # A temporary folder is its owner's alone, and this one becomes the root folder of the guest.
    root.chmod(0o755)
    names = "\0".join(["."] + sorted(str(file.relative_to(root)) for file in root.rglob("*")))
    with archive.open("wb") as output:
        subprocess.run(
            ["cpio", "--null", "--create", "--format=newc", "--owner=0:0", "--quiet"],
            cwd=root, input=names.encode(), stdout=output, check=True,
        )


def scripts(files: dict[str, str], archive: Path):
    """Packs executable texts by their names in the root folder."""
    with tempfile.TemporaryDirectory(prefix="nettop-image-") as name:
        root = Path(name)
        for file, text in files.items():
            (root / file).write_text(text)
            (root / file).chmod(0o755)
        pack(root, archive)


def join(archives: list[Path], target: Path):
    with target.open("wb") as output:
        for archive in archives:
            with archive.open("rb") as part:
                shutil.copyfileobj(part, output)


def _copy(source: Path, target: Path):
    target.parent.mkdir(parents=True, exist_ok=True)
    # What a link names, under the name of the link.
    shutil.copy(source.resolve(), target)


def _libraries(file: Path) -> set[str]:
    """What the loader opens for a program, and the loader."""
    answer = subprocess.run(["ldd", file], capture_output=True, text=True).stdout
    if missing := re.findall(r"(\S+) => not found", answer):
        raise SystemExit(f"{file} does not find {', '.join(missing)}")
    # As it names them: a program finds a library at the place that is written into it.
    return set(re.findall(r"(/\S+) \(0x", answer))
