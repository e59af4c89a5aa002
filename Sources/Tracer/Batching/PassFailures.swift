import Connections
import SystemPackage

/// Decides what a failure of the kernel's means: one is counted and the work goes on, several in a
/// row end it.
///
/// Pure: it knows neither the kernel nor a clock.
struct PassFailures {
  /// So many batches in a row that each lack something end the tracer.
  static let mostInARow = 5

  /// Batches that lack something, since the start.
  private(set) var count: UInt64 = 0
  private var inARow = 0

  /// Takes in how the work for a batch went.
  ///
  /// - Parameter error: the first that it met, `nil` if it met none.
  /// - Throws: the error, where it is one too many.
  mutating func done(_ error: Errno?) throws(Errno) {
    guard let error else {
      inARow = 0
      return
    }
    count += 1
    inARow += 1
    if inARow >= Self.mostInARow { throw error }
  }
}
