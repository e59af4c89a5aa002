"""The modules of a kernel that network tests can ask for, as a tree that modprobe reads."""

import lzma
import shutil
import subprocess
import tempfile
from pathlib import Path

import image

# Folders with all below them, and single modules: networks without their hardware.
FOLDERS = ["net", "crypto", "lib", "arch/x86/crypto"]
SINGLE = [
    f"drivers/net/{name}"
    for name in ("veth", "tun", "dummy", "bonding/bonding", "vxlan", "vxlan/vxlan", "geneve",
                 "macvlan", "ifb", "netkit", "vrf", "wireguard/wireguard", "net_failover")
]


def pack(modules: Path, archive: Path):
    """Packs them, unless they are packed already."""
    if archive.exists():
        return
    with tempfile.TemporaryDirectory(prefix="nettop-image-") as name:
        root = Path(name)
        _copy(modules, root)
        # depmod wants them in `lib`, which is a link in the archive that programs are in.
        (root / "lib").rename(root / "usr-lib")
        (root / "usr").mkdir()
        (root / "usr-lib").rename(root / "usr/lib")
        partial = archive.with_suffix(".partial")
        image.pack(root, partial)
        partial.rename(archive)


def _copy(modules: Path, root: Path):
    """Puts them below root, unpacked, with the lists of a depmod of their own."""
    wanted = _closure(modules, _listed(modules))
    target = root / "lib/modules" / modules.name
    for module in wanted:
        file = target / _bare(module)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_unpacked(modules / module))
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        if (modules / name).exists():
            shutil.copy(modules / name, target / name)
    _depmod(root, modules.name)


def _listed(modules: Path) -> list[str]:
    files = [str(file.relative_to(modules)) for file in modules.glob("kernel/**/*.ko*")]
    starts = tuple([f"kernel/{folder}/" for folder in FOLDERS]
                   + [f"kernel/{name}.ko" for name in SINGLE])
    return [file for file in files if file.startswith(starts)]


def _closure(modules: Path, wanted: list[str]) -> set[str]:
    """With all that they need: depmod finds it for the whole of the kernel's modules."""
    # A package has its modules in lib or in usr/lib; depmod wants to be told of lib only.
    base = modules.parent.parent.parent
    _depmod(base, modules.name)
    needs = dict(line.split(":", 1) for line in (modules / "modules.dep").open())
    return set(wanted).union(*(needs.get(module, "").split() for module in wanted))


def _bare(module: str) -> str:
    return module.removesuffix(".xz").removesuffix(".zst")


def _unpacked(file: Path) -> bytes:
    if file.suffix == ".xz":
        return lzma.decompress(file.read_bytes())
    if file.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", file], check=True, capture_output=True).stdout
    return file.read_bytes()


def _depmod(root: Path, release: str):
    # It warns of lists that some packages do not have, and does without.
    subprocess.run(["depmod", "-b", str(root), release], check=True, stderr=subprocess.DEVNULL)
