package import Connections

extension Loss {
  /// `1,234 ends lost: the kernel's buffer was full`.
  package var text: String {
    let ending = count == 1 ? "" : kind.noun.hasSuffix("s") ? "es" : "s"
    return "\(Quantity.grouped(count)) \(kind.noun)\(ending) \(kind.cause)"
  }

  /// The same with what to do about it.
  package var advice: String { kind.remedy.map { "\(text); \($0)" } ?? text }
}
