import Connections

extension Connection.End {
  /// Whether it was no orderly end.
  var isFailure: Bool { neverEstablished || reason == .reset || reason == .timeout }
}
