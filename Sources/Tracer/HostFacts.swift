internal import CTracer
import Glibc

/// What the host and the rights of this process allow, as far as known without tracing.
package struct HostFacts: Sendable {
  /// How far the kernel is locked down (`kernel_lockdown(7)`).
  package enum Lockdown: String, Sendable {
    case none, integrity, confidentiality
  }

  /// `uname -r`.
  package var release: String
  /// The oldest release that can be used: `5.14`.
  package var oldestRelease: String
  package var isTooOld: Bool
  /// Whether the kernel describes its types: `/sys/kernel/btf/vmlinux`.
  package var hasTypes: Bool
  /// The capabilities that are missing; `nil` if that is not known.
  package var missingCapabilities: [Capability]?
  /// `nil` if the kernel does not report it.
  package var lockdown: Lockdown?
  /// The active security modules, `/sys/kernel/security/lsm`; empty if the kernel reports none.
  package var securityModules: [String]
  /// Whether programs can be attached to functions of the kernel (fexit).
  package var allowsFunctionHooks: Bool
  /// Whether an address can be given a type (`bpf_rdonly_cast`).
  package var hasTypedPass: Bool
  /// Where cgroup v2 is mounted; `nil` if it is not.
  package var cgroups: CgroupMount?
  /// Whether this process sees the cgroups, and `/proc` has the processes, of the host, or those of
  /// a container.
  package var isInHostCgroupNamespace: Bool
  package var isInHostPIDNamespace: Bool
  /// Whether `/proc` hides the processes of others (`hidepid`).
  package var hidesProcesses: Bool
  /// `MemAvailable` in bytes; `nil` if the kernel does not report it.
  package var availableMemory: UInt64?

  /// The inode of the cgroup namespace that every host begins with (`include/linux/proc_ns.h`).
  private static let firstCgroupNamespace: UInt32 = 0xefff_fffb

  /// Asks the kernel and `/proc`.
  package init() {
    let proc = ProcFS()
    let security = ProcFS(root: "/sys/kernel/security")
    let mounts = proc.mounts
    release = Kernel.release
    oldestRelease = "\(Kernel.oldest.major).\(Kernel.oldest.minor)"
    isTooOld = Kernel.isTooOld(release)
    hasTypes = access("/sys/kernel/btf/vmlinux", R_OK) == 0
    missingCapabilities = proc.read("self/status").flatMap(Capability.missing)
    lockdown = security.read("lockdown").flatMap(Self.lockdown)
    securityModules = Self.words(security.read("lsm") ?? [], separator: ",")
    LibbpfLog.capture()
    let features = KernelFeatures()
    _ = LibbpfLog.take()
    allowsFunctionHooks = features.functionHooks
    hasTypedPass = features.typedCast
    cgroups = CgroupMount.first(of: mounts)
    isInHostCgroupNamespace = proc.namespaceInode("self/ns/cgroup") == Self.firstCgroupNamespace
    isInHostPIDNamespace = proc.isOfHost
    hidesProcesses = Self.hidesProcesses(mounts)
    availableMemory = proc.read("meminfo").flatMap(Self.availableMemory)
  }

  /// The word in brackets: `none [integrity] confidentiality`.
  static func lockdown(_ bytes: [UInt8]) -> Lockdown? {
    words(bytes, separator: " ").first { $0.hasPrefix("[") }
      .flatMap { Lockdown(rawValue: String($0.dropFirst().dropLast())) }
  }

  /// Whether `/proc` is mounted with a `hidepid` other than `0` or `off`.
  static func hidesProcesses(_ mounts: [Mount]) -> Bool {
    mounts.contains { mount in
      mount.point == "/proc"
        && mount.options.contains {
          $0.hasPrefix("hidepid=") && $0 != "hidepid=0" && $0 != "hidepid=off"
        }
    }
  }

  private static func availableMemory(_ bytes: [UInt8]) -> UInt64? {
    let line = words(bytes, separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let number = line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
    return number.map { $0 * 1024 }
  }

  private static func words(_ bytes: [UInt8], separator: Character) -> [String] {
    String(decoding: bytes, as: UTF8.self).split { $0 == separator || $0 == "\n" }.map(String.init)
  }
}
