import Monitor
import Screens
import Terminal

/// Leads the state through the same steps again and again, with 100,000 rows that are made up.
struct Walk {
  /// What a step cost, each time.
  struct Figures {
    /// As the step is called, and by what the table was sorted then.
    var name: String
    /// Whether it is a key rather than a batch.
    let isKey: Bool
    /// Seconds until the frame was shown.
    var times: [Double] = []
    /// Seconds of CPU time.
    var cpu: [Double] = []
    /// Bytes that showing it wrote.
    var bytes: [Double] = []
  }

  static let rows: UInt64 = 100_000
  static let changing: UInt64 = 1000

  private(set) var figures = Step.round.map { Figures(name: $0.name, isKey: $0.isKey) }
  /// The seconds until the first batch was applied.
  let opening: Double
  private var state = ScreenState(host: "bench")
  private var second: UInt64 = 0
  private let show: (Canvas, Canvas.Position?) -> Void

  /// - Parameter show: what is done with each frame.
  init(show: @escaping (Canvas, Canvas.Position?) -> Void = { _, _ in }) {
    self.show = show
    let batch = Synthetic.opening(Self.rows, listeners: 1000, closed: 5000)
    let start = Clocks.now
    state.apply(batch)
    opening = Clocks.now - start
    for step in Step.preparation { run(step) }
  }

  mutating func run(rounds: Int) {
    for _ in 0..<rounds {
      for (index, step) in Step.round.enumerated() {
        let bytes = Self.written
        let (time, cpu) = run(step)
        figures[index].times.append(time)
        figures[index].cpu.append(cpu)
        figures[index].bytes.append(Self.written - bytes)
        if step.name.hasPrefix("sort") {
          figures[index].name = "\(step.name): \(state.model.view.sort.column.rawValue)"
        }
      }
    }
  }

  /// - Returns: the seconds until the frame was shown, and those of CPU time.
  @discardableResult
  private mutating func run(_ step: Step) -> (time: Double, cpu: Double) {
    switch step.event {
    case .key(let key):
      return timeOfFrame { _ = $0.handle(key) }
    case .batch:
      second += 1
      let batch = Synthetic.change(Self.changing, of: Self.rows, round: second)
      guard state.isLarge(batch) else { return timeOfFrame { $0.apply(batch) } }
      // Keys do not wait for what is taken in beside the screen.
      let done = state.beginIntake().applying(batch)
      return timeOfFrame { $0.finish(done, of: batch) }
    }
  }

  private mutating func timeOfFrame(
    _ body: (inout ScreenState) -> Void
  ) -> (time: Double, cpu: Double) {
    let start = (Clocks.now, Clocks.threadCPU)
    body(&state)
    var canvas = Canvas(width: 200, height: 50)
    state.draw(into: &canvas)
    show(canvas, state.layout.cursor)
    return (Clocks.now - start.0, Clocks.threadCPU - start.1)
  }

  /// All bytes that this process has written so far, to anything.
  private static var written: Double {
    let line = Files.lines("/proc/self/io").first { $0.hasPrefix("wchar:") }
    return line.flatMap { Double($0.dropFirst(7)) } ?? 0
  }
}
