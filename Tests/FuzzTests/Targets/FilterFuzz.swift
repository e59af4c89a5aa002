import Connections

@testable import Monitor

/// Filters over a few connections with hostile text.
final class FilterFuzz: Sendable {
  static let shared = FilterFuzz()

  private nonisolated(unsafe) var model: Model

  private init() {
    model = Model(View(.connections), retention: .sample)
    let names = [
      "nginx", "", "a\u{0}b", "日本\u{301}", "(x) [y] \"z\"", String(repeating: "p", count: 64),
    ]
    let deltas = names.enumerated().map { index, name in
      let process = Process(
        id: Process.ID(pid: Int32(index + 1), startTicks: 1),
        name: name,
        commandLine: "/bin/\(name) --flag",
        uid: UInt32(index),
        user: index == 0 ? nil : name,
        startedAt: Timestamp(nanoseconds: 0)
      )
      return Delta.upsert(
        Connection(
          id: Connection.ID(cookie: UInt64(index + 1), generation: 1),
          proto: index.isMultiple(of: 2) ? .tcp : .udp,
          local: Endpoint(address: Address(v4: 0x7f00_0001), port: UInt16(index)),
          remote: Endpoint(address: Address(high: .max, low: UInt64(index)), port: 443),
          netns: UInt32(index),
          direction: .outgoing,
          state: .established,
          counters: Counters(bytesSent: .max),
          owner: Owner(process: process, source: .scan),
          openedAt: nil
        )
      )
    }
    let batch = Batch(
      time: Timestamp(nanoseconds: 0),
      deltas: deltas,
      namespaces: [],
      health: SourceHealth()
    )
    model.apply(batch)
  }

  /// A text is a filter, or an error with a place in it. What a filter is written as shows the same
  /// rows, and its contrary none of them.
  func run(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(FilterError) {
      check(try Filter(parsing: text))
    } catch {
      precondition(error.range.upperBound <= text.unicodeScalars.count + 1)
      precondition(!error.lines(for: text).isEmpty)
    }
    do throws(FilterError) {
      let rule = try AlertRule(parsing: text)
      let description = rule.description
      if description.utf8.count <= Filter.lengthLimit {
        precondition(
          (try? AlertRule(parsing: description)) == rule,
          "\(description) is another alert"
        )
      }
    } catch {
      precondition(error.range.upperBound <= text.unicodeScalars.count + 1)
      precondition(!error.lines(for: text).isEmpty)
    }
    let count = text.unicodeScalars.count
    for cursor in [count, count / 2] {
      _ = FilterCompletion(text, cursor: cursor, model.table).candidates
    }
  }

  private func check(_ filter: Filter) {
    let rows = shown(filter)
    let description = filter.description
    guard description.utf8.count <= Filter.lengthLimit else { return }
    do throws(FilterError) {
      let again = try Filter(parsing: description)
      precondition(again == filter && shown(again) == rows, "\(description) is another filter")
    } catch {
      preconditionFailure("\(description) is no filter: \(error)")
    }
    if !filter.isEmpty, let contrary = try? Filter(parsing: "not (\(description))") {
      precondition(shown(contrary).isDisjoint(with: rows), "\(description): a row is shown twice")
    }
  }

  private func shown(_ filter: Filter) -> Set<UInt64> {
    let matcher = RowMatcher(filter, model.table)
    let rows = (0..<model.table.bound).compactMap { model.table[$0] }
    return Set(rows.filter { matcher.isShown($0) }.map(\.id.cookie))
  }
}
