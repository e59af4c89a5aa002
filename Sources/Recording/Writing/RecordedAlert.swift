package import Connections

/// An alert that was raised.
package struct RecordedAlert: Hashable, Sendable {
  /// What was asked for.
  package let rule: String
  /// Who and what, for people.
  package let text: String
  /// The connection.
  package let id: Connection.ID
  /// By the wall clock.
  package let time: Timestamp

  package init(rule: String, text: String, id: Connection.ID, time: Timestamp) {
    self.rule = rule
    self.text = text
    self.id = id
    self.time = time
  }
}
