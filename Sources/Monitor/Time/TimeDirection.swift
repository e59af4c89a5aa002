/// To which side of a moment something is looked for.
package enum TimeDirection: Hashable, Sendable, CaseIterable {
  case forward, backward
}
