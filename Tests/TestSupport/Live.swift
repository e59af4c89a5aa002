import Glibc
package import Testing

/// What tests need of the machine; `Tests/Runner` decides by it what runs beside what.
///
/// With `NETTOP_TESTS=fast` in the environment these tests are skipped, and all others need neither
/// the kernel nor a terminal.
extension Trait where Self == ConditionTrait {
  /// Needs the live kernel or a terminal, or takes long by design; looks only at what the test made.
  package static var live: Self { .enabled(if: !isFast, "live") }

  /// Watches the whole host, or loads it: nothing else may run meanwhile.
  package static var alone: Self { .enabled(if: !isFast, "alone") }
}

private let isFast = getenv("NETTOP_TESTS").map { String(cString: $0) } == "fast"
