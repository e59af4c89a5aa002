/// Why a value of an option or a setting is rejected, for people.
package struct ValueRefusal: Error, Hashable {
  package let reason: String
  /// The reason without a word of the file that it stands in, which the reader may not be allowed to
  /// read.
  package let reasonWithoutValue: String

  /// - Parameters:
  ///   - wants: what is taken instead.
  ///   - found: what of the value is wrong, as the rest of the sentence.
  package init(_ wants: String, found: String = "") {
    reason = wants + found
    reasonWithoutValue = wants
  }
}
