"""Boots a kernel in QEMU without KVM, to an initramfs and no disk."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

QEMU = "qemu-system-x86_64"
# Older ones corrupt flags around cmpxchg16b, which Swift's runtime uses.
LEAST_QEMU = 10


@dataclass
class Guest:
    elf: Path
    initramfs: Path
    folder: Path
    """Where its serial ports are written: `console` and `events`."""
    memory: int = 2048
    """In MiB."""
    counts_instructions: bool = False
    """Its clock goes on by a nanosecond with each instruction."""

    def run(self, seconds: float) -> bool:
        """Runs it until it switches itself off; False if it had to be killed."""
        command = [
            # So that it ends with this program, however that does.
            "setpriv", "--pdeathsig", "KILL",
            QEMU, "-M", "q35,smm=off", "-nodefaults", "-no-user-config", "-vga", "none",
            "-net", "none", "-display", "none", "-no-reboot", "-accel", "tcg,thread=single",
            "-cpu", "max", "-m", str(self.memory), "-kernel", str(self.elf),
            "-initrd", str(self.initramfs),
            "-serial", f"file:{self.folder}/console", "-serial", f"file:{self.folder}/events",
        ]
        # In kHz: a guest without other clocks cannot measure its own.
        frequency = 1_000_000 if self.counts_instructions else _host_frequency()
        if self.counts_instructions:
            command += ["-smp", "1", "-icount", "shift=0,sleep=off"]
        else:
            command += ["-smp", "2"]
        command += [
            "-append",
            "console=ttyS0 quiet panic=-1 reboot=t tsc=reliable mitigations=off nokaslr rdinit=/init"
            f" rcupdate.rcu_expedited=1 random.trust_cpu=on tsc_early_khz={frequency}",
        ]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            process.wait(timeout=seconds)
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _host_frequency() -> int:
    match = re.search(r"cpu MHz\s*:\s*([\d.]+)", Path("/proc/cpuinfo").read_text())
    if not match:
        raise SystemExit("/proc/cpuinfo does not tell the frequency of the CPU")
    return int(float(match[1]) * 1000)


def check_qemu():
    """Ends the program with what to do where there is no QEMU that serves."""
    try:
        answer = subprocess.run([QEMU, "--version"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        answer = ""
    version = re.search(r"version (\d+)", answer)
    if not version or int(version[1]) < LEAST_QEMU:
        raise SystemExit(
            f"QEMU {LEAST_QEMU} or later is needed: apt-get install qemu-system-x86, on Debian 12"
            " with -t bookworm-backports"
        )
