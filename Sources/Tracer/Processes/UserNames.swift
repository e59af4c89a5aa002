@preconcurrency import Dispatch
import Glibc
import Synchronization

/// The names of users. A directory service can take seconds to answer, or never do, so it is asked on
/// a queue of its own; who waits for an answer does so for a moment only.
final class UserNames: Sendable {
  private struct State {
    var names: [UInt32: String?] = [:]
    var asked: Set<UInt32> = []
    /// Answered after nobody waited any more.
    var late: Set<UInt32> = []
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "nettop.users")
  private let patience: DispatchTimeInterval
  private let look: @Sendable (UInt32) -> String?

  private static let limit = 65536

  /// - Parameters:
  ///   - patience: how long a first question waits, as long as no other is without its answer.
  ///   - look: asks the system.
  init(
    patience: DispatchTimeInterval = .milliseconds(20),
    look: @escaping @Sendable (UInt32) -> String? = UserNames.system
  ) {
    self.patience = patience
    self.look = look
  }

  /// The name of a user; `nil` if it has none, or is not known yet.
  func name(_ uid: UInt32) -> String? {
    let answered = DispatchSemaphore(value: 0)
    let (known, isNew, waits) = state.withLock { state in
      if let known = state.names[uid] { return (known, false, false) }
      let waits = state.asked.isEmpty
      return (String?.none, state.asked.insert(uid).inserted, waits)
    }
    guard isNew else { return known }
    queue.async { [self] in
      let name = look(uid)
      state.withLock { state in
        if state.names.count >= Self.limit { state.names = [:] }
        state.names[uid] = .some(name)
        state.asked.remove(uid)
        if name != nil { state.late.insert(uid) }
      }
      answered.signal()
    }
    guard waits, answered.wait(timeout: .now() + patience) == .success else { return nil }
    return state.withLock { state in
      state.late.remove(uid)
      return state.names[uid] ?? nil
    }
  }

  /// The users whose name came after it was asked for, since the last call.
  func takeLate() -> [UInt32: String] {
    state.withLock { state in
      defer { state.late = [] }
      return Dictionary(
        uniqueKeysWithValues: state.late.compactMap { uid in
          (state.names[uid] ?? nil).map { (uid, $0) }
        }
      )
    }
  }

  /// Asks the host's user database.
  static func system(_ uid: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16384)
    guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
      return nil
    }
    return entry.pw_name.map { String(cString: $0) }
  }
}
