import Monitor

@testable import nettop

/// Whatever the text is, its settings are written so that they are read the same, and without
/// problems.
func fuzzSettings(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let settings = SettingsReader.read(text).settings
  let written = SettingsReader.read(SettingsText.text(of: settings))
  precondition(written.problems.isEmpty, "\(written.problems)")
  precondition(written.settings == settings, "written settings differ from those read")
}
