import Monitor
import Screens

@testable import nettop

/// Whatever the text is, its settings are written so that they are read the same, and without
/// problems. Whatever the file is, a change of one setting changes nothing else.
func fuzzSettings(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let reading = SettingsReader.read(text)
  let settings = reading.settings
  let written = SettingsReader.read(SettingsText.text(of: settings))
  precondition(written.problems.isEmpty, "\(written.problems)")
  precondition(written.settings == settings, "written settings differ from those read")
  var changed = settings
  changed.delay = 2
  var document = SettingsDocument(text)
  document.set(.number(2), at: ["delay"])
  precondition(reading.isTOML || document.text == text, "a text changed that is not TOML")
  if document.text != text {
    let after = SettingsReader.read(document.text)
    precondition(after.isTOML && after.settings == changed, "the change has another effect")
  }
}
