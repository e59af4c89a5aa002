"""Boots a kernel in QEMU without KVM, to an initramfs and no disk."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from qemu import Qemu


@dataclass
class Guest:
    qemu: Qemu
    elf: Path
    initramfs: Path
    folder: Path
    """Where its serial ports are written: `console` and `events`."""
    memory: int = 2048
    """In MiB."""
    counts_instructions: bool = False
    """Its clock goes on by a nanosecond with each instruction."""
    parameters: str = ""
    """Further ones of the kernel. Those that it does not know are in the environment of `init.sh`."""

    def run(self, seconds: float) -> bool:
        """Runs it until it switches itself off; False if it had to be killed."""
        command = [
            # So that it ends with this program, however that does.
            "setpriv", "--pdeathsig", "KILL",
            *self.qemu.command, "-M", "q35,smm=off", "-nodefaults", "-no-user-config", "-vga", "none",
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
            f" rcupdate.rcu_expedited=1 random.trust_cpu=on tsc_early_khz={frequency}"
            f" {self.parameters}",
        ]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=self.qemu.environment)
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
