import Connections

/// Compares nettop's figures of sockets with the kernel's own.
///
/// The kernel is asked before and after nettop has read them. What did not change in between has to
/// be the same; of what grew, nettop's figure has to lie between both answers.
struct FigureComparison: Hashable, Sendable {
  /// A figure that is wrong.
  struct Difference: Hashable, Sendable, CustomStringConvertible {
    let socket: String
    let figure: String
    /// `unknown` if nettop does not report it.
    let ours: String
    let kernel: String

    var description: String { "\(socket): \(figure) is \(ours), but should be \(kernel)" }
  }

  private(set) var sockets = 0
  /// Figures that were compared, and the wrong ones among them.
  private(set) var figures = 0
  private(set) var differences: [Difference] = []
  /// Figures that moved while they were read, and can be neither right nor wrong.
  private(set) var moved = 0

  /// Compares one socket, with the kernel's answers from before and after.
  ///
  /// - Parameter direction: which end connected.
  mutating func compare(
    _ socket: String,
    _ counters: Counters,
    _ direction: Connection.Direction,
    before: SocketDetails,
    after: SocketDetails
  ) {
    sockets += 1
    let isListener = after.state.isListening
    let list = isListener ? ComparedFigure.ofListeners : ComparedFigure.ofConnections
    let isQuiet =
      before.state == after.state
      && list.allSatisfy {
        !$0.grows || $0.kernel(before, direction) == $0.kernel(after, direction)
      }
    for figure in list {
      var (first, last) = (figure.kernel(before, direction), figure.kernel(after, direction))
      if first != last || !isQuiet {
        (first, last) = (figure.least(before, direction), figure.most(after))
        guard figure.grows, let first, let last, first <= last else {
          moved += 1
          continue
        }
      }
      // A kernel that has no such figure reports nothing about ours.
      if figure.grows, last == nil { continue }
      check(socket, figure.name, ours: figure.ours(counters), first, last)
    }
  }

  /// Leaves out figures of a socket that moved while they were read.
  mutating func skip(_ figures: Int) {
    sockets += 1
    moved += figures
  }

  /// Compares a figure with its expected value.
  mutating func check<Value: CustomStringConvertible & Equatable>(
    _ socket: String,
    _ figure: String,
    ours: Value?,
    is known: Value
  ) {
    figures += 1
    if ours != known { add(socket, figure, ours?.description, known.description) }
  }

  private mutating func check(
    _ socket: String,
    _ figure: String,
    ours: UInt64?,
    _ first: UInt64?,
    _ last: UInt64?
  ) {
    figures += 1
    guard let first, let last else {
      if let ours { add(socket, figure, "\(ours)", "unknown") }
      return
    }
    if let ours, first <= ours, ours <= last { return }
    let range = first == last ? "\(first)" : "\(first) to \(last)"
    add(socket, figure, ours?.description, range)
  }

  private mutating func add(
    _ socket: String,
    _ figure: String,
    _ ours: String?,
    _ kernel: String
  ) {
    let ours = ours ?? "unknown"
    differences.append(Difference(socket: socket, figure: figure, ours: ours, kernel: kernel))
  }

  static func += (lhs: inout FigureComparison, rhs: FigureComparison) {
    lhs.sockets += rhs.sockets
    lhs.figures += rhs.figures
    lhs.moved += rhs.moved
    lhs.differences += rhs.differences
  }
}
