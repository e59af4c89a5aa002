"""The guests of the matrix: each kernel as it is and without BTF, and one with less than usual."""

import re
from dataclasses import dataclass

from kernels import Kernel

# The kernel of the guests that lack something else.
COMMON = "6.12"


@dataclass(frozen=True)
class Variant:
    """What a guest lacks."""

    name: str = ""
    without_btf: bool = False
    parameters: str = ""
    """Those of the kernel."""
    facts: tuple[tuple[str, str], ...] = ()
    """What the guest has to report of itself, so that the variant is what it is called."""
    forbids_bpf: bool = False
    """Whether the source `bpf` cannot work there."""
    without_events: bool = False
    """Whether the source `diag` cannot read the kernel's events there. Who opened a connection that has
    ended, it then knows only where it saw the connection, or its listener."""
    untested: tuple[str, ...] = ()
    """Cases of the self-test that the system refuses there."""


AS_IT_IS = Variant(facts=(("btf", "yes"),))
WITHOUT_BTF = Variant("without BTF", without_btf=True, facts=(("btf", "no"),), forbids_bpf=True)
OTHERS = [
    Variant(
        "`lockdown=confidentiality`", parameters="lockdown=confidentiality",
        facts=(("lockdown", "confidentiality"),), forbids_bpf=True, without_events=True,
    ),
    Variant("tracefs not mounted", parameters="WITHOUT=tracefs", facts=(("tracefs", "no"),)),
    Variant(
        "`ipv6.disable=1`", parameters="ipv6.disable=1", facts=(("ipv6", "no"),),
        untested=("TCP over IPv6", "UDP over IPv6"),
    ),
    Variant("cgroup v2 not mounted", parameters="WITHOUT=cgroup2", facts=(("cgroup2", "no"),)),
]


@dataclass(frozen=True)
class MatrixGuest:
    kernel: Kernel
    variant: Variant

    @property
    def name(self) -> str:
        """Its name, and that of the folder of what it prints."""
        return "-".join([self.kernel.name, *re.findall(r"\w+", self.variant.name)])

    @property
    def has_bpf(self) -> bool:
        """Whether the source `bpf` has to work there."""
        return self.kernel.supported and not self.variant.forbids_bpf


def all_guests(kernels: list[Kernel]) -> list[MatrixGuest]:
    guests = [MatrixGuest(kernel, variant) for kernel in kernels for variant in (AS_IT_IS, WITHOUT_BTF)]
    common = [kernel for kernel in kernels if kernel.name == COMMON]
    return guests + [MatrixGuest(kernel, variant) for kernel in common for variant in OTHERS]
