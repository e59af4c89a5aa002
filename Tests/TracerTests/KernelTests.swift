import Connections
import SystemPackage
import Testing

@testable import Tracer

@Suite struct KernelTests {
  @Test(arguments: [
    ("5.10.0-28-amd64", true), ("4.19.0", true), ("5.13.19", true), ("3.10.0-1160.el7", true),
    ("5.14.0-503.el9", false), ("5.15.167.4-microsoft-standard-WSL2", false), ("6.1.0", false),
    ("10.0", false),
    // Rather a try than a wrong refusal.
    ("", false), ("unknown", false),
  ])
  func `too old`(release: String, expected: Bool) {
    #expect(Kernel.isTooOld(release) == expected)
  }

  @Test(arguments: [
    ("6.19.14", false), ("6.1.0-56-cloud-amd64", false), ("7.0.0-rc1", true), ("7.3.4+deb13", true),
    ("10.0", true),
    // Rather a program more than a change unseen.
    ("unknown", true),
  ])
  func `preempts programs`(release: String, expected: Bool) {
    #expect(Kernel.isPreemptible(release) == expected)
  }

  @Test func `the running kernel has a release`() {
    #expect(Kernel.release.contains("."))
  }

  @Test(arguments: [Errno.tooManyOpenFiles, .tooManyOpenFilesInSystem])
  func `what to do about too many files`(error: Errno) {
    let refusal = Kernel.explain(error, said: ["libbpf: failed to load"])
    #expect(refusal.code == .failed)
    #expect(refusal.problem.contains("too many files are open"))
    #expect(refusal.advice.contains("raise `ulimit -n`"))
    #expect(refusal.advice.contains("fs.file-max") == (error == .tooManyOpenFilesInSystem))
    #expect(refusal.detail == nil)
  }

  @Test func `why it refuses, and what to do`() {
    let refusal = Kernel.explain(.notPermitted, said: ["a", "b", "c"])
    #expect(refusal.code == .notPermitted)
    #expect(refusal.detail?.contains("b; c") == true)
    let text = refusal.description.split(separator: "\n")
    #expect(text.count == 3)
    #expect(text.first.map(String.init) == refusal.problem)
  }
}
