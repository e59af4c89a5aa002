/// A figure that the tracer cannot know on this kernel, or with these rights.
package struct Gap: Hashable, Sendable {
  /// What is not known, in a few words: `reasons of drops`.
  package let what: String
  /// What would bring it, as a sentence.
  package let cure: String

  package init(what: String, cure: String) {
    self.what = what
    self.cure = cure
  }
}
