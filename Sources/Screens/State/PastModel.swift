package import Connections
import Monitor

/// The model of a moment of the past, made of batches.
package struct PastModel: Sendable {
  fileprivate(set) var model: Model
  fileprivate(set) var origin: BatchOrigin?
  /// By the wall clock; `nil` without a batch.
  fileprivate(set) var moment: Timestamp?
  /// The alerts that its batches raise.
  fileprivate(set) var alerts: AlertBoard
  private let halfLife: Double

  fileprivate init(_ view: View, halfLife: Double, alerts rules: [AlertRule]) {
    self.halfLife = halfLife
    model = Model(view, halfLife: halfLife, keepsHistory: true)
    alerts = AlertBoard(rules)
  }

  /// Applies the next batch. One that does not continue the last begins a model of its own.
  mutating func apply(_ batch: Batch) {
    if let origin, !origin.isContinued(by: batch) {
      model = Model(model.view, halfLife: halfLife, keepsHistory: true)
    }
    model.apply(batch)
    alerts.update(model)
    origin = BatchOrigin(batch)
    moment = batch.wallTime
  }
}

extension ScreenState {
  /// Makes the model of a moment: a keyframe, what follows, and the batch of that moment as the last
  /// one. It takes a while where there is much in them, and needs no more of the state than the view.
  package func pastModel(of batches: [Batch]) -> PastModel {
    var view = current.view
    // The order of the first rows to come would stay.
    view.isFrozen = false
    // Those of a live source are known.
    let rules = timeline?.isOfRecording == true ? alerts.engine.rules : []
    var past = PastModel(view, halfLife: base.average, alerts: rules)
    for batch in batches { past.apply(batch) }
    return past
  }

  /// Shows a moment of the past. What is selected, followed and tagged, and the details, stay with
  /// their connections where it has them.
  package mutating func show(_ past: PastModel) {
    guard timeline != nil, past.moment != nil else { return }
    let tagged = model.taggedConnections
    var model = past.model
    model.view = current.view
    if !tagged.isEmpty { model.tag(tagged, true) }
    if timeline?.isOfRecording == true {
      live = model
      alerts = past.alerts
    } else {
      frozen = model
    }
    arrive(past.origin, past.moment)
    pastTotalsResetAt = nil
  }

  /// Shows the moment that these batches lead to.
  package mutating func restart(with batches: [Batch]) {
    show(pastModel(of: batches))
  }

  /// Shows the batch that follows the one on the screen.
  package mutating func step(to batch: Batch) {
    guard let timeline, timeline.isEntered, let origin = pastOrigin,
      origin.isContinued(by: batch)
    else { return restart(with: [batch]) }
    if timeline.isOfRecording {
      expireMessage(at: batch.time)
      live.apply(batch)
      alerts.update(live)
    } else {
      frozen?.apply(batch)
    }
    arrive(BatchOrigin(batch), batch.wallTime)
  }

  /// Notes the moment of the model on the screen.
  private mutating func arrive(_ origin: BatchOrigin?, _ moment: Timestamp?) {
    pastOrigin = origin
    let isLast = timeline?.isLast(moment) == true
    timeline?.isEntered = true
    timeline?.moment = moment
    timeline?.isAtEnd = isLast
    current.selection.follow(model)
    updateDetails { $0.forgetKernel() }
    refreshDetails()
  }
}
