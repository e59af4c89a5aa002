/// Something that a source cannot report on this host, and why: an absent figure then stands for "not
/// known", never for 0.
package struct Limitation: Hashable, Sendable {
  /// How much is missing.
  package enum Extent: Hashable, Sendable {
    /// A figure or a detail of connections.
    case figures
    /// Whole connections. The word is the cause in JSON.
    case connections(String)
    /// Whole connections, as the user asked.
    case chosen
  }

  /// What is missing, as a phrase: `retransmits by cause`.
  package let what: String
  /// Why it is missing and what would give it, as whole sentences.
  package let remedy: String
  package let extent: Extent

  package init(what: String, remedy: String, extent: Extent = .figures) {
    self.what = what
    self.remedy = remedy
    self.extent = extent
  }
}
