import SystemPackage
import Testing
import Tracer

@testable import nettop

/// What `nettop doctor` advises where too many files are open: not what helps in other cases.
struct FileShortageTests {
  private static let cure = "close some, or raise `ulimit -n`"

  @Test func namespacesThatCannotBeListed() {
    let visits = NamespaceVisits<Void>(values: [1: ()], unlisted: .tooManyOpenFiles)
    let (status, message, cure) = HostCheck.namespaces(visits)
    #expect(status == .warning)
    #expect(message.hasPrefix("1 network namespace entered, others cannot be listed ("))
    #expect(cure == Self.cure)
  }

  /// Whatever else is wrong.
  @Test func namespacesThatCannotBeEntered() {
    let visits = NamespaceVisits<Void>(
      values: [1: ()],
      refused: [2: .notPermitted, 3: .tooManyOpenFiles, 4: .notPermitted]
    )
    let (status, message, cure) = HostCheck.namespaces(visits)
    #expect(status == .warning)
    #expect(message.hasPrefix("1 network namespace entered, 3 cannot be entered ("))
    #expect(cure == Self.cure)
    let permitted = NamespaceVisits<Void>(values: [1: ()], refused: [2: .notPermitted])
    #expect(HostCheck.namespaces(permitted).2?.contains("CAP_SYS_ADMIN") == true)
  }

  @Test func socketsThatAreNotCompared() {
    #expect(Watch.uncompared(NamespaceVisits()) == nil)
    let some = Watch.uncompared(
      NamespaceVisits(refused: [2: .notPermitted, 3: .tooManyOpenFiles])
    )
    #expect(some?.message.hasPrefix("nothing was compared in 2 namespaces: ") == true)
    #expect(some?.cure == Self.cure)
    let all = Watch.uncompared(NamespaceVisits(unlisted: .tooManyOpenFiles))
    #expect(all?.message.hasPrefix("nothing was compared in other namespaces: ") == true)
    #expect(all?.cure == Self.cure)
    let other = Watch.uncompared(NamespaceVisits(refused: [2: .protocolNotSupported]))
    #expect(other?.message.hasPrefix("nothing was compared in 1 namespace: ") == true)
    #expect(other?.cure == nil)
  }

  @Test func socketsOfTheSelfTest() {
    let short = TestSocket.Refusal(call: "socket", code: Errno.tooManyOpenFiles.rawValue)
    #expect(short.cure == Self.cure)
    let unreachable = TestSocket.Refusal(call: "connect", code: Errno.networkUnreachable.rawValue)
    #expect(unreachable.cure.contains("loopback"))
  }
}
