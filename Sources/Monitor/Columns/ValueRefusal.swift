/// Why a value of an option or a setting is rejected, for people.
package struct ValueRefusal: Error, Hashable {
  package let reason: String
  /// The reason without a word of the file that it stands in, which the reader may not be allowed to
  /// read.
  package let reasonWithoutValue: String
  /// Which part of the value is wrong, from the outside; all of it if there is none.
  package private(set) var place: [Part] = []

  /// A step into a value.
  package enum Part: Hashable, Sendable {
    /// An item of a list, from 0.
    case item(Int)
    /// The value of a key.
    case key(String)
  }

  /// - Parameters:
  ///   - wants: what is taken instead.
  ///   - found: what of the value is wrong, as the rest of the sentence.
  package init(_ wants: String, found: String = "") {
    reason = wants + found
    reasonWithoutValue = wants
  }

  /// The same of a value that has the rejected one as a part.
  package func at(_ part: Part) -> ValueRefusal {
    var refusal = self
    refusal.place.insert(part, at: 0)
    return refusal
  }
}
