import Connections
import FoundationEssentials

/// Packets dropped by reason as a JSON object, the most frequent first: `{"SOCKET_RCVBUFF":3}`.
enum DropReasonsJSON {
  static func text(of drops: [LossCauses.Drop]) -> String? {
    if drops.isEmpty { return nil }
    let members = drops.map { drop in "\(quoted(drop.reason)):\(drop.packets)" }
    return "{\(members.joined(separator: ","))}"
  }

  /// The order of equal counts is that of the names. What no kernel calls a reason is left out.
  static func drops(of text: String) -> [LossCauses.Drop] {
    let counts =
      (try? JSONDecoder().decode([String: UInt64].self, from: Data(text.utf8))) ?? [:]
    return counts.filter(\.key.isKernelName)
      .map { LossCauses.Drop(reason: $0.key, packets: $0.value) }
      .sorted { ($1.packets, $0.reason) < ($0.packets, $1.reason) }
  }

  private static func quoted(_ text: String) -> String {
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
