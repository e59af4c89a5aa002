package import Connections
import Glibc
package import Monitor
import Synchronization
import Threads

/// Looks up the names of addresses with the system's resolver, on a few threads of its own: a name
/// server that does not answer delays only the names themselves.
///
/// Nothing is asked before the first `want`. Nobody waits for its threads at the end of the program.
package final class HostResolver: Sendable {
  /// Gives the name of an address, `nil` if it has none. May take as long as it likes.
  package typealias Lookup = @Sendable (Address) -> String?

  private let lookup: Lookup
  private let cache: Mutex<NameCache>
  private let hasServices = Atomic(false)
  /// Called when names may have changed.
  package let updates: AsyncStream<Void>
  private let update: AsyncStream<Void>.Continuation

  package init(_ cache: NameCache = NameCache(), lookup: @escaping Lookup = SystemLookup.name) {
    self.lookup = lookup
    self.cache = Mutex(cache)
    (updates, update) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// The names known by now.
  package var names: Names { cache.withLock { $0.names } }

  /// Loads the names of services, once; which nearly always is the reading of one small file.
  package func loadServices() {
    let isFirst = hasServices.exchange(true, ordering: .relaxed) == false
    guard isFirst else { return }
    let services = SystemLookup.services()
    cache.withLock { $0.learn(services: services) }
  }

  /// Asks for the names of these addresses, as far as they are not known, in place of those that
  /// were wanted before and nobody has asked for yet.
  package func want(_ addresses: [Address]) {
    let due = cache.withLock { cache in
      cache.want(addresses, at: Self.now)
      var due: [Address] = []
      while let address = cache.next() { due.append(address) }
      return due
    }
    for address in due { start(address) }
  }

  /// Asks for the names of these addresses, and waits for them at most so long.
  ///
  /// - Returns: the names known then.
  package func names(of addresses: [Address], within limit: Duration) async throws -> Names {
    let end = ContinuousClock.now + limit
    want(addresses)
    while !cache.withLock({ $0.isIdle }), ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(10))
      want(addresses)
    }
    return names
  }

  /// Looks up an address, and then what else waits, on a new thread.
  private func start(_ address: Address) {
    let isStarted = SystemThread.startDetached {
      var next: Address? = address
      while let address = next {
        let name = self.lookup(address)
        next = self.finish(address, name)
      }
    }
    if !isStarted { cache.withLock { $0.finish(address, nil, at: Self.now) } }
  }

  /// - Returns: the next address to look up.
  private func finish(_ address: Address, _ name: String?) -> Address? {
    let next = cache.withLock { cache in
      cache.finish(address, name, at: Self.now)
      return cache.next()
    }
    update.yield()
    return next
  }

  /// Seconds of a monotonic clock.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
