import Glibc
import Terminal
import Testing

extension ScreenSuites {
  /// A process with a screen is stopped and continued, with this process in the shell's place.
  @Suite struct JobControlTests {
    private enum Stop: CaseIterable {
      case key
      case signal
      case uncatchable
    }

    private let terminal: PseudoTerminal
    private let before: PseudoTerminal.Modes

    init() throws {
      terminal = try PseudoTerminal()
      before = terminal.modes
    }

    @Test func stopsAndGoesOn() async throws {
      async let job = #expect(processExitsWith: .success) {
        [path = terminal.path as String] in
        // A job has a process group of its own, or all of these tests would stop.
        setpgid(0, 0)
        let text = "pid \(getpid());"
        let screen = try openScreen(at: path, showing: text)
        screen.isMouseCaptured = true
        for await input in screen.input {
          switch input {
          case .key(.control("z")): screen.suspend()
          case .key(.character("q")): screen.close()
          case .resized: screen.draw(canvas("\(text) \(letter(for: screen.size.width))"))
          default: break
          }
        }
      }
      var pid: pid_t = 0
      let isShown = try await terminal.wait {
        pid = terminal.output.firstMatch(of: /pid (\d+);/).flatMap { pid_t($0.1) } ?? 0
        return pid != 0
      }
      try #require(isShown)

      for (index, stop) in Stop.allCases.enumerated() {
        _ = terminal.taken()
        switch stop {
        case .key: terminal.send("\u{1A}")
        case .signal: kill(pid, SIGTSTP)
        case .uncatchable: kill(pid, SIGSTOP)
        }
        #expect(try await terminal.wait { state(of: pid) == "T" }, "\(stop)")
        if stop == .uncatchable {
          // Nobody else can put the terminal back, so the shell does.
          terminal.modes = before
        } else {
          #expect(terminal.modes == before, "\(stop)")
          let output = terminal.taken()
          for sequence in [XTerm.leaveScreen, XTerm.leaveMouse, XTerm.leavePaste] {
            #expect(output.contains(sequence), "\(stop)")
          }
        }

        terminal.resize(width: 70 + index, height: 20)
        kill(pid, SIGCONT)
        let isPainted = try await terminal.wait {
          terminal.output.unicodeScalars.contains(letter(for: 70 + index))
            && terminal.modes.isRaw
        }
        #expect(isPainted, "\(stop): \(terminal.output.debugDescription)")
        let output = terminal.taken()
        #expect(output.contains(XTerm.enterScreen), "\(stop)")
        for sequence in [XTerm.enterKeypad, XTerm.enterMouse, XTerm.enterPaste] {
          #expect(output.contains(sequence), "\(stop)")
        }
        #expect(output.contains("pid \(pid);"), "\(stop)")
        #expect(output.ranges(of: XTerm.enterScreen).count == 1, "\(stop)")
      }

      terminal.send("q")
      _ = await job
      #expect(terminal.modes == before)
    }

    /// The letter for a process's state, as /proc has it.
    private func state(of pid: pid_t) -> String? {
      guard let file = fopen("/proc/\(pid)/stat", "r") else { return nil }
      defer { fclose(file) }
      var buffer = [CChar](repeating: 0, count: 1024)
      guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
      let text = String(decoding: buffer.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
      return text.firstMatch(of: /\) (.)/).map { String($0.1) }
    }
  }
}

/// A letter that stands for a width from 70, and in no escape sequence.
private func letter(for width: Int) -> Unicode.Scalar {
  Unicode.Scalar(0x3B1 + UInt16(clamping: width - 70)) ?? "?"
}
