import Connections

/// Comparisons of listeners that wait for what nettop sees next.
///
/// An accept queue can rise and fall between two of sock_diag's answers that are the same, and
/// these do not show it. nettop counts what enters the queue: where that count is the same before
/// the first answer and after the last, the queue can only have fallen, which the answers show.
struct ListenerComparison {
  private struct Waiting {
    let cookie: UInt64
    let socket: String
    let counters: Counters
    /// `Counters.accepted` before the first answer.
    let accepted: UInt64?
    let before: SocketDetails
    let after: SocketDetails
  }

  private var waiting: [Waiting] = []

  var isEmpty: Bool { waiting.isEmpty }

  /// Keeps a comparison for the next batch.
  ///
  /// - Parameters:
  ///   - counters: as reported by the batch between both answers.
  ///   - accepted: `Counters.accepted` of an earlier batch.
  mutating func add(
    _ cookie: UInt64,
    _ socket: String,
    _ counters: Counters,
    accepted: UInt64?,
    before: SocketDetails,
    after: SocketDetails
  ) {
    waiting.append(
      Waiting(
        cookie: cookie,
        socket: socket,
        counters: counters,
        accepted: accepted,
        before: before,
        after: after
      )
    )
  }

  /// Makes the comparisons that wait.
  ///
  /// - Parameter accepted: `Counters.accepted` of listeners in a later batch, by cookie.
  mutating func settle(_ accepted: [UInt64: UInt64], into comparison: inout FigureComparison) {
    for one in waiting {
      if let earlier = one.accepted, accepted[one.cookie] == earlier {
        comparison.compare(
          one.socket,
          one.counters,
          .unknown,
          before: one.before,
          after: one.after
        )
      } else {
        comparison.skip(ComparedFigure.ofListeners.count)
      }
    }
    waiting = []
  }
}
