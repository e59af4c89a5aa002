/// Waits until the condition holds, for as long as a slow machine may need.
///
/// - Returns: whether it came to hold.
func eventually(
  within limit: Duration = .seconds(300),
  _ condition: () async throws -> Bool
) async throws -> Bool {
  let clock = ContinuousClock()
  let end = clock.now + limit
  while true {
    if try await condition() { return true }
    if clock.now >= end { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}
