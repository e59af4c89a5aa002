import CProcess
import Glibc
import Testing

@testable import Tracer
@testable import nettop

/// What the program makes of what it is told about rights.
struct ProcessStatusTests {
  private let text = """
    Name:\tUid: 0
    Uid:\t1000\t1001\t1002\t1003
    CapInh:\t0000000000000001
    CapEff:\t000000c000201000
    NoNewPrivs:\t1
    Seccomp:\t2
    Seccomp_filters:\t1

    """

  @Test func hasTheLinesAboutRights() throws {
    let status = try #require(ProcessStatus(text))
    #expect(status.realUser == 1000 && status.effectiveUser == 1001)
    #expect(status.capabilities == 0xc0_0020_1000)
    #expect(status.gainsNoRights && status.hasFilter)
    let other = text.replacing("NoNewPrivs:\t1", with: "NoNewPrivs:\t0")
      .replacing("Seccomp:\t2", with: "Seccomp:\t0")
    #expect(try #require(ProcessStatus(other)).gainsNoRights == false)
    #expect(try #require(ProcessStatus(other)).hasFilter == false)
    for line in ["Uid:\t1000\t1001\t1002\t1003\n", "CapEff:\t000000c000201000\n"] {
      #expect(ProcessStatus(text.replacing(line, with: "")) == nil)
    }
  }

  @Test func findsTheStartBehindAnyName() {
    let fields = (3...30).map { "\($0)" }.joined(separator: " ")
    for name in ["nettop", "a b", ") 1 2 (", "))"] {
      #expect(startTicks("7 (\(name)) \(fields)\n") == 22, "\(name)")
    }
    #expect(startTicks("7 (nettop) S 1 2\n") == nil)
    #expect(startTicks("") == nil)
  }

  private func startTicks(_ stat: String) -> UInt64? { ProcessStat(Array(stat.utf8))?.startTicks }

  @Test func doctorSaysWhoseRightsThereAre() throws {
    let status = try #require(ProcessStatus(text))
    let (level, message, cure) = HostCheck.rights(status, areRaised: true)
    #expect(level == .ok && cure == nil)
    #expect(
      message
        == "user 1001; by capabilities of its file: acts only on processes of user 1000; keeps"
        + " only CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF; gains no others (no_new_privs)"
    )
    let none = text.replacing("c000201000", with: "0000000000").replacing("Privs:\t1", with: "")
    let unprivileged = HostCheck.rights(ProcessStatus(none), areRaised: false)
    #expect(unprivileged.1 == "user 1001; no capabilities")
    // CAP_SYS_MODULE, which nettop never keeps by itself.
    let module = text.replacing("c000201000", with: "0000010000")
    #expect(HostCheck.rights(ProcessStatus(module), areRaised: false).1.contains("capability 16"))
    #expect(HostCheck.rights(nil, areRaised: false).0 == .warning)
  }

  @Test func theEnvironmentIsReducedToWhatIsOfUse() {
    let kept = [
      "TERM=x", "LC_ALL=C", "LC_TIME=C", "HOME=/h", "TZ=UTC", "TERMINFO_DIRS=/t", "LANG=",
    ]
    let others = [
      "TERMCAP=x", "LC=x", "LCX=x", "HOMEX=/h", "SWIFT_DEBUG_LIB_PRESPECIALIZED_PATH=/x", "TERM",
      "LIBDISPATCH_LOG=file", "MALLOC_TRACE=/x", "=x", "",
    ]
    let words = zip(kept, others).flatMap { [$1, $0] } + others.dropFirst(kept.count)
    var environment = words.map { strdup($0) } + [nil]
    let all = environment
    defer { for variable in all { free(variable) } }
    environment_reduce(&environment)
    let left = environment.prefix { $0 != nil }.compactMap { $0.map { String(cString: $0) } }
    #expect(left == kept)
    environment_reduce(nil)
  }
}
