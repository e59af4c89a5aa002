/// Where text stands in a field wider than itself.
package enum TextAlignment: Hashable, Sendable {
  case left
  case right
}
