import Connections

@testable import Tracer

extension Collector {
  /// As the inspector of the source answers; every live source has one.
  nonisolated func details(of connection: Connection) async throws(ActionError) -> SocketDetails? {
    try await source.inspector!.details(of: connection)
  }

  /// As the actor of the source does; every live source has one.
  nonisolated func destroy(_ connection: Connection) async throws(ActionError) {
    try await source.actor!.destroy(connection)
  }
}
