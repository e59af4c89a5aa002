import Connections

/// The number of a delta's case in a recording.
enum DeltaKind: Int64 {
  case upsert = 0
  case annotated = 1
  case counters = 2
  case ended = 3
}
