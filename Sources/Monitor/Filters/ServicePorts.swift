/// The ports that services have by name, as the host's database has them.
///
/// Whoever asks the host gives the lookup for the time in which filters are read; without one, no
/// service is known.
package enum ServicePorts {
  /// Gives the port of a service by a name in lower case; `nil` if none has that name.
  package typealias Lookup = @Sendable (String) -> UInt16?

  // Never bound around what is awaited: Swift 6.3 compiles that to a crash in optimized builds.
  @TaskLocal static var lookup: Lookup = { _ in nil }

  /// Does something with this lookup.
  package static func with<Value, Failure: Error>(
    _ lookup: @escaping Lookup,
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result: Result<Value, Failure> = $lookup.withValue(lookup) {
      do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
