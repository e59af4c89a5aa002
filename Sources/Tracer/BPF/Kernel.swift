internal import CLibbpf
import Connections
import Glibc
import SystemPackage

/// What the running kernel has, and why it refuses.
enum Kernel {
  /// The oldest release whose BPF has all that the programs use.
  static let oldest = (major: 5, minor: 14)

  /// `uname -r`.
  static var release: String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.release) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The first release that can take a task off its CPU in the middle of a tracepoint's program.
  static let preemptible = (major: 7, minor: 0)

  /// Whether a release such as `5.10.0-28-amd64` is too old; one that cannot be read is not.
  static func isTooOld(_ release: String) -> Bool {
    version(release).map { $0 < oldest } ?? false
  }

  /// Whether a release can take a task off its CPU in the middle of a tracepoint's program; one that
  /// cannot be read is taken to.
  static func isPreemptible(_ release: String) -> Bool {
    version(release).map { $0 >= preemptible } ?? true
  }

  /// The first two numbers of a release, `nil` if it has no two.
  private static func version(_ release: String) -> (Int, Int)? {
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  /// The reason in words why the kernel refused to load or attach the programs.
  static func explain(_ error: Errno, said: [String]) -> SourceError {
    let detail = detail(error, said: said)
    if let refusal = refusal(error, detail: detail) { return refusal }
    if access("/sys/kernel/btf/vmlinux", R_OK) != 0 {
      return SourceError(
        .unsupported,
        "this kernel (\(release)) does not describe its types (BTF)",
        advice: "use a kernel built with CONFIG_DEBUG_INFO_BTF, as distribution kernels are",
        detail: detail
      )
    }
    if isTooOld(release) {
      return SourceError(
        .unsupported,
        "this kernel (\(release)) is too old",
        advice: "Linux \(oldest.major).\(oldest.minor) or later is needed",
        detail: detail
      )
    }
    if error == .noMemory {
      return SourceError(
        .failed,
        "the kernel has no memory for the socket table",
        advice: "free some memory, or use a smaller --capacity",
        detail: detail
      )
    }
    return SourceError(
      .failed,
      "the kernel (\(release)) refused the BPF programs",
      advice: "please report it, with the line below",
      detail: detail
    )
  }

  /// What the kernel and libbpf said, for a bug report.
  static func detail(_ error: Errno, said: [String]) -> String {
    ([error.description] + said.suffix(2)).joined(separator: "; ")
  }

  /// The reason in words if it is the lockdown of the kernel, or the rights or the open files of this
  /// process; `nil` if it is another.
  static func refusal(_ error: Errno, detail: String) -> SourceError? {
    if geteuid() == 0, let lockdown = lockdown(detail) { return lockdown }
    if error == .notPermitted || error == .permissionDenied {
      return refused(detail)
    }
    if error.isShortageOfFiles {
      // It is no bug to report, and all is said.
      return SourceError(.failed, shortage, advice: OpenFiles.cure(error))
    }
    return nil
  }

  /// How many files the programs, maps and links take, with some room: about 60.
  private static let files = 80

  /// Throws if too few files can be opened for the programs. Otherwise the kernel's reason would be
  /// that of whichever step lacks one first, which misleads.
  ///
  /// - Throws: which shortage it is: of this process or of the host.
  static func checkOpenFiles() throws(Errno) {
    if let left = try OpenFiles.left(), left < files { throw .tooManyOpenFiles }
  }

  /// How many threads load the programs: two, where there are CPUs for them and files for the maps,
  /// which each of them opens. With more, the largest program would still take as long.
  static var loadingThreads: Int {
    let mapFiles = 20
    guard sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1,
      let left = try? OpenFiles.left(), left >= files + mapFiles
    else { return 1 }
    return 2
  }

  /// What is wrong where `Errno.isShortageOfFiles`.
  static let shortage = "too many files are open to load the BPF programs"

  /// Why no program may read this kernel, whatever the error of the step that it refused; `nil` if
  /// programs may.
  static func lockdown(_ detail: String) -> SourceError? {
    let lockdown = ProcFS(root: "/sys/kernel/security").read("lockdown") ?? []
    guard String(decoding: lockdown, as: UTF8.self).contains("[confidentiality]") else {
      return nil
    }
    return SourceError(
      .notPermitted,
      "the kernel is locked down (confidentiality): BPF programs may not read it",
      advice: "boot with lockdown=integrity or without lockdown",
      detail: detail
    )
  }

  private static func refused(_ detail: String) -> SourceError {
    if geteuid() != 0 {
      return SourceError(
        .notPermitted,
        "root rights are needed",
        advice: "run it as root",
        detail: detail
      )
    }
    return SourceError(
      .notPermitted,
      "the kernel refuses BPF to this process, although it runs as root",
      advice: "in a container, run it on the host or with --privileged; otherwise a security"
        + " module or a service manager restricts it",
      detail: detail
    )
  }
}
