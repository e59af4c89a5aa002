/// Something that the tracer cannot report on this host, and why: an absent figure then stands
/// for "not known", never for 0.
package struct Gap: Hashable, Sendable {
  /// The figure, as a phrase: `retransmits by cause`.
  package let what: String
  /// Why it is missing and what would give it, as a whole sentence.
  package let cure: String

  package init(what: String, cure: String) {
    self.what = what
    self.cure = cure
  }
}
