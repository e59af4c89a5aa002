import CThreads
import Dispatch
import Glibc
import TestSupport
import Testing

/// Where no thread can be created the program says so and ends, rather than waiting for one.
@Suite(.live, .timeLimit(.minutes(2))) struct ThreadShortageTests {
  /// Each queue needs a thread of its own, and libdispatch tries to get it for good.
  @Test func dispatchDoesNotWaitForThreadsForGood() async {
    await #expect(processExitsWith: .exitCode(42)) {
      threads_on_shortage { _exit(42) }
      // The kernel holds only ordinary users to this limit.
      var limit = rlimit(rlim_cur: 1, rlim_max: 1)
      #expect(setrlimit(numericCast(__RLIMIT_NPROC.rawValue), &limit) == 0)
      #expect(setuid(65_533) == 0)
      for number in 0..<64 {
        DispatchQueue(label: "\(number)").async { sleep(60) }
      }
      // Whoever asks for threads may do so from another thread.
      sleep(60)
    }
  }

  private static let pids = "/sys/fs/cgroup/pids"

  /// The whole program in a control group with room for so many tasks.
  @Test(.enabled(if: access(pids, W_OK) == 0), arguments: [["list"], ["doctor"], ["log"]])
  func saysSo(arguments: [String]) async throws {
    let group = "\(Self.pids)/nettop-test-\(getpid())-\(arguments[0])"
    try #require(mkdir(group, 0o755) == 0)
    let script = "echo $BASHPID >$0/cgroup.procs; echo 3 >$0/pids.max; exec \"$@\""
    let outcome = try await Child.run(["bash", "-c", script, group, Nettop.path] + arguments)
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("cannot create a thread"))
    #expect(outcome.errorText.contains("pids.max"))
    #expect(try await eventually { rmdir(group) == 0 })
  }
}
