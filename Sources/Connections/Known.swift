/// A figure that may not be known: the largest number, which no kernel reaches, stands for `nil`, to
/// keep a connection small.
@propertyWrapper
package struct Known<Value: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable {
  @usableFromInline
  package var stored: Value

  @inlinable
  package init(wrappedValue: Value?) {
    stored = wrappedValue ?? .max
  }

  @inlinable
  package var wrappedValue: Value? {
    get { stored == .max ? nil : stored }
    set { stored = newValue ?? .max }
  }
}
