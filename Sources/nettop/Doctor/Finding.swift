/// What a check found, and what to do about it.
struct Finding: Hashable, Sendable {
  enum Status: String, Sendable {
    case ok
    /// Nothing was found out, and for a reason that is no fault.
    case skipped
    /// It works, but less well than it could.
    case warning
    case failure
  }

  let check: String
  let status: Status
  let message: String
  /// How to fix it; `nil` if nothing has to be done.
  let cure: String?

  init(_ check: String, _ status: Status, _ message: String, cure: String? = nil) {
    self.check = check
    self.status = status
    self.message = message
    self.cure = cure
  }

  /// The same, where something else takes the place of what failed.
  var asWarning: Finding {
    status == .failure ? Finding(check, .warning, message, cure: cure) : self
  }

  static func skipped(_ check: String, _ message: String) -> Finding {
    Finding(check, .skipped, message)
  }

  static func ok(_ check: String, _ message: String) -> Finding { Finding(check, .ok, message) }
}
