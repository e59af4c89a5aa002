import Connections
import GRDB

/// A recording of batches: a SQLite database.
package enum RecordingFormat {
  /// `PRAGMA application_id` of a recording: "ntop".
  package static let applicationID: Int32 = 0x6e74_6f70
}
