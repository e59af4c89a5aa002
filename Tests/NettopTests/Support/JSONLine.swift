import FoundationEssentials
import Testing

/// One line of what `--format json` prints.
struct JSONLine {
  indirect enum Value: Hashable, Decodable {
    case null
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    case list([Value])
    case object([String: Value])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let isTrue = try? container.decode(Bool.self) {
        self = .boolean(isTrue)
      } else if let list = try? container.decode([Value].self) {
        self = .list(list)
      } else if let number = try? container.decode(Int.self) {
        self = .integer(number)
      } else if let number = try? container.decode(Double.self) {
        self = .real(number)
      } else if let members = try? container.decode([String: Value].self) {
        self = .object(members)
      } else if let values = try? container.decode([Value].self) {
        self = .list(values)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  let values: [String: Value]

  subscript(_ name: String) -> Value? { values[name] }

  func integer(_ name: String) -> Int? {
    if case .integer(let number) = values[name] { number } else { nil }
  }

  func number(_ name: String) -> Double? {
    if case .real(let number) = values[name] { number } else { integer(name).map(Double.init) }
  }

  func text(_ name: String) -> String? {
    if case .text(let text) = values[name] { text } else { nil }
  }

  static func lines(of output: String) throws -> [JSONLine] {
    let decoder = JSONDecoder()
    return try output.split(separator: "\n").map { line in
      JSONLine(values: try decoder.decode([String: Value].self, from: Data(line.utf8)))
    }
  }
}

extension [JSONLine] {
  /// The ends of a connection in this sample: its client's row, and its server's.
  func ends(
    of connection: LoopbackConnection,
    sample: Int = 1
  ) throws -> (client: JSONLine, server: JSONLine) {
    let here = filter { $0.integer("sample") == sample }
    func row(_ local: UInt16, _ remote: UInt16) -> JSONLine? {
      here.first {
        $0.integer("local_port") == Int(local) && $0.integer("remote_port") == Int(remote)
      }
    }
    return (
      try #require(row(connection.clientPort, connection.serverPort)),
      try #require(row(connection.serverPort, connection.clientPort))
    )
  }
}
