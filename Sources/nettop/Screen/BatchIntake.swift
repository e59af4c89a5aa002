import Connections
import Screens

/// Takes in the batches of a live source, the large ones outside of the main actor, so that keys do
/// not wait for them.
@MainActor
final class BatchIntake {
  /// Applies a batch.
  typealias Work = @concurrent @Sendable (ScreenState.Intake, Batch) async -> ScreenState.Intake

  private unowned let screen: any PastScreen
  private let work: Work

  init(_ screen: any PastScreen, work: @escaping Work = { $0.applying($1) }) {
    self.screen = screen
    self.work = work
  }

  /// Takes a batch in; the screen is not drawn.
  func take(_ batch: Batch) async {
    guard screen.state.isLarge(batch) else { return screen.state.apply(batch) }
    let done = await work(screen.state.beginIntake(), batch)
    screen.state.finish(done, of: batch)
  }
}
