import Connections
import Monitor
import Samples

extension Sample {
  /// A model that had both batches.
  static func model() -> Model {
    var model = Model(halfLife: 3, keepsHistory: true)
    model.apply(first)
    model.apply(second)
    return model
  }
}
