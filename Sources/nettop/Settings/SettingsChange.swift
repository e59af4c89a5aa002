import Monitor
import Screens

/// Options that take precedence over the settings file.
protocol SettingsChange {
  /// Changes settings as the options ask for.
  func apply(to settings: inout Settings)
}
