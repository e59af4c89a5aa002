internal import CLibbpf

extension Connection.End {
  /// The symbol of the error that it left for its process: `ECONNREFUSED`; `nil` if there was
  /// none.
  package var errorName: String? {
    if error == 0 { return nil }
    return strerrorname_np(error).map { String(cString: $0) } ?? "\(error)"
  }
}
