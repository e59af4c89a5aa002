"""A kernel as it would be without BTF: the functions that use it return before they do anything."""

import re
import struct
from pathlib import Path

import image
from guest import Guest
from kernels import Fetched
from qemu import Qemu

# What reads the types for BPF, and what shows them in /sys/kernel/btf.
FUNCTIONS = ("btf_parse_vmlinux", "btf_vmlinux_init")
# What refuses modules with types where the kernel has none. Linux 5.11 and later.
MODULES = "btf_module_notify"
# The ELF of a package has no symbols, but the kernel lists them when it runs: at these addresses,
# with `nokaslr`.
JOB = f"""#!/bin/busybox sh
grep -E ' ({"|".join([*FUNCTIONS, MODULES])})$' /proc/kallsyms > /dev/ttyS1
"""
SECONDS = 120

ENDBR64 = b"\xf3\x0f\x1e\xfa"
CALL, CALL_LENGTH = 0xE8, 5
RETURN_ZERO = b"\x31\xc0\xc3"  # xor %eax,%eax; ret
LOADED = 1


def without(fetched: Fetched, qemu: Qemu, init: str) -> Path:
    """The ELF of this kernel without BTF."""
    target = fetched.folder / "vmlinux-without-btf"
    if not target.exists():
        elf = bytearray(fetched.elf.read_bytes())
        for address in _addresses(fetched, qemu, init):
            _return_zero(elf, _offset(elf, address))
        partial = target.with_suffix(".partial")
        partial.write_bytes(elf)
        partial.rename(target)
    return target


def _addresses(fetched: Fetched, qemu: Qemu, init: str) -> list[int]:
    folder = fetched.folder / "symbols"
    folder.mkdir(exist_ok=True)
    programs, job, initramfs = (folder / name for name in ("programs.cpio", "job.cpio", "initramfs"))
    image.programs({}, ["busybox"], programs)
    image.scripts({"init": init, "job": JOB}, job)
    image.join([programs, job], initramfs)
    Guest(qemu, fetched.elf, initramfs, folder).run(SECONDS)
    listed = (folder / "events").read_text(errors="replace")
    found = {name: int(address, 16) for address, name in re.findall(r"^(\w+) \w (\w+)\r?$", listed, re.M)}
    if missing := [name for name in FUNCTIONS if not found.get(name)]:
        raise SystemExit(f"{fetched.release} does not list {', '.join(missing)}: see {folder}/console")
    return list(found.values())


def _offset(elf: bytearray, address: int) -> int:
    """Where in the file an address of the kernel is: by its program headers."""
    start, = struct.unpack_from("<Q", elf, 0x20)
    size, count = struct.unpack_from("<HH", elf, 0x36)
    for number in range(count):
        kind, _, offset, virtual, _, length = struct.unpack_from("<IIQQQQ", elf, start + number * size)
        if kind == LOADED and virtual <= address < virtual + length:
            return offset + address - virtual
    raise SystemExit(f"no part of this ELF is loaded at {address:#x}")


def _return_zero(elf: bytearray, offset: int):
    # ftrace checks that the call at the start of a function is as the compiler wrote it.
    if elf[offset : offset + len(ENDBR64)] == ENDBR64:
        offset += len(ENDBR64)
    if elf[offset] == CALL:
        offset += CALL_LENGTH
    elf[offset : offset + len(RETURN_ZERO)] = RETURN_ZERO
