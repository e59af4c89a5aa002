import Monitor
import Screens

/// Options that take precedence over the settings file.
protocol SettingsChange {
  /// Applies the options to settings.
  func apply(to settings: inout Settings)
}
