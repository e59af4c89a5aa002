/// A number, or the least that it can be.
enum BoundedNumber: Hashable, Sendable {
  case exactly(Double)
  case atLeast(Double)
}
