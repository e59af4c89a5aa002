import Connections
import Samples
import Screens
import Terminal
import Testing

@testable import nettop

/// How batches come to the screen, without a terminal.
@MainActor
struct BatchIntakeTests {
  private final class Display: PastScreen {
    var state = ScreenState(host: "example")

    func draw() {}

    var lines: [String] {
      var canvas = Canvas(width: 160, height: 24)
      state.draw(into: &canvas)
      return canvas.lines
    }
  }

  /// Work that goes on once it is let.
  @MainActor
  private final class Gate {
    private(set) var isWaiting = false
    var isOpen = false

    func pass() async throws {
      isWaiting = true
      while !isOpen { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  private static func batch(_ count: UInt64) -> Batch {
    Sample.batch(0, (0..<count).map { .upsert(Sample.connection($0 + 1)) })
  }

  @Test func keysDoNotWaitForALargeBatch() async throws {
    let display = Display()
    let gate = Gate()
    let intake = BatchIntake(display) { intake, batch in
      try? await gate.pass()
      return intake.applying(batch)
    }
    let taking = Task { await intake.take(Self.batch(5000)) }
    #expect(try await eventually { gate.isWaiting })
    _ = display.state.handle(.character("2"))
    #expect(display.lines.contains { $0.contains("[2 Processes]") })
    #expect(!display.lines.contains { $0.contains("5,000 connections") })
    gate.isOpen = true
    await taking.value
    #expect(display.lines.contains { $0.contains("[2 Processes]") })
    #expect(display.lines.contains { $0.contains("5,000 connections") })
  }

  @Test func aSmallBatchIsThereAtOnce() async {
    let display = Display()
    let intake = BatchIntake(display) { intake, _ in
      Issue.record("taken in beside the screen")
      return intake
    }
    await intake.take(Self.batch(20))
    #expect(display.lines.contains { $0.contains("20 connections") })
  }

  @Test func aLargeBatchIsWhole() async {
    let (display, other) = (Display(), Display())
    let batch = Self.batch(10_000)
    await BatchIntake(display).take(batch)
    other.state.apply(batch)
    #expect(display.lines == other.lines)
  }
}
