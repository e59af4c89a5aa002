import Glibc
import Terminal
import Testing

extension ScreenSuites {
  /// Each crash happens in a process of its own, on a terminal whose other end is here.
  @Suite struct CrashGuardTests {
    private let terminal: PseudoTerminal
    private let before: PseudoTerminal.Modes

    init() throws {
      terminal = try PseudoTerminal()
      before = terminal.modes
    }

    @Test func onATrap() async {
      #if arch(x86_64)
        let signal = SIGILL
      #else
        let signal = SIGTRAP
      #endif
      await #expect(processExitsWith: .signal(signal)) { [path = terminal.path as String] in
        let screen = try openScreen(at: path, showing: "still here")
        let values = [1, 2, 3]
        print(values[Int(getpid())], screen)
      }
      expectTerminalPutBack()
    }

    @Test func onAnAbort() async {
      await #expect(processExitsWith: .signal(SIGABRT)) { [path = terminal.path as String] in
        let screen = try openScreen(at: path, showing: "still here")
        withExtendedLifetime(screen) { abort() }
      }
      expectTerminalPutBack()
    }

    @Test func onABadAddressInAnotherThread() async {
      await #expect(processExitsWith: .signal(SIGSEGV)) { [path = terminal.path as String] in
        let screen = try openScreen(at: path, showing: "still here")
        await Task.detached { UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1 }.value
        withExtendedLifetime(screen) {}
      }
      expectTerminalPutBack()
    }

    /// There the handler finds no room on the thread's own stack.
    @Test func onAStackUsedUp() async {
      await #expect(processExitsWith: .signal(SIGSEGV)) { [path = terminal.path as String] in
        let screen = try openScreen(at: path, showing: "still here")
        screen.draw(canvas(String(deep(1))))
      }
      expectTerminalPutBack()
    }

    /// Sent by another process rather than raised by an instruction.
    @Test(arguments: [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE])
    func onASignalSent(signal: Int32) async {
      await #expect(processExitsWith: .signal(signal)) {
        [path = terminal.path as String, signal = signal as Int32] in
        let screen = try openScreen(at: path, showing: "still here")
        kill(getpid(), signal)
        try await Task.sleep(for: .seconds(20))
        screen.close()
      }
      expectTerminalPutBack()
    }

    @Test func notOnceClosed() async {
      await #expect(processExitsWith: .signal(SIGABRT)) { [path = terminal.path as String] in
        let screen = try openScreen(at: path, showing: "still here")
        screen.close()
        abort()
      }
      #expect(terminal.taken().ranges(of: XTerm.leaveScreen).count == 1)
      #expect(terminal.modes == before)
    }

    private func expectTerminalPutBack() {
      #expect(terminal.modes == before)
      let output = terminal.taken()
      #expect(output.contains("still here"))
      for sequence in [
        XTerm.leaveScreen, XTerm.showCursor, XTerm.leaveKeypad, XTerm.leavePaste, XTerm.leaveMouse,
      ] {
        #expect(output.contains(sequence))
      }
    }
  }
}

/// Uses up the stack.
@inline(never)
private func deep(_ depth: Int) -> Int {
  depth == 0 ? 0 : deep(depth + 1) &+ deep(depth + 2) &+ 1
}
