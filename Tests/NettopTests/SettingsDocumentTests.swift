import Monitor
import Screens
import Testing

@testable import nettop

struct SettingsDocumentTests {
  private func changed(_ text: String, _ key: String, _ value: SettingValue?) -> String {
    var document = SettingsDocument(text)
    document.set(value, at: key.split(separator: ".").map(String.init))
    return document.text
  }

  @Test(arguments: [
    ("delay=1", "delay= 2"), ("delay = 1 # c\n", "delay = 2 # c\n"),
    ("# é\n\"delay\"\t= 'é#' \t# = é\nunit = 1", "# é\n\"delay\"\t= 2 \t# = é\nunit = 1"),
    ("delay = [ # a\n 1, # b\n] # c\n# d", "delay = 2 # c\n# d"),
    ("delay = '''\n#\n'''# c", "delay = 2# c"), ("\u{feff}delay = 1\r\n", "\u{feff}delay = 2\r\n"),
    ("a = 1 # c\n\n[b]\n", "a = 1 # c\ndelay = 2\n\n[b]\n"), ("a.b = 1", "a.b = 1\ndelay = 2"),
    ("# c\n[b]\na = 1\n", "delay = 2\n# c\n[b]\na = 1\n"),
    ("\u{feff}[b]", "\u{feff}delay = 2\n[b]"),
    ("", "delay = 2\n"), ("delay = 1\n!", "delay = 1\n!"), ("[delay]\n", "[delay]\n"),
    ("delay.a = 1", "delay.a = 1"), ("[[delay]]\n", "[[delay]]\n"),
  ])
  func aValueChangesInItsPlace(_ text: String, _ expected: String) {
    #expect(changed(text, "delay", .number(2)) == expected)
  }

  @Test(arguments: [
    ("[columns] # c\n[keys]\n", "[columns] # c\nhosts = [\"pid\"]\n[keys]\n"),
    (
      "[columns]\nclosed = [\n]\n\n# k\n[keys]",
      "[columns]\nclosed = [\n]\nhosts = [\"pid\"]\n\n# k\n[keys]"
    ),
    ("[columns]", "[columns]\nhosts = [\"pid\"]"),
    (
      "columns.closed = []\nunit = 'x'\n",
      "columns.closed = []\ncolumns.hosts = [\"pid\"]\nunit = 'x'\n"
    ),
    ("delay = 1\n\n\n", "delay = 1\n\n[columns]\nhosts = [\"pid\"]\n"),
    ("[columns.a]\nb = 1\n", "[columns.a]\nb = 1\n\n[columns]\nhosts = [\"pid\"]\n"),
    ("[ columns ]\n 'hosts' = 1 # c\n", "[ columns ]\n 'hosts' = [\"pid\"] # c\n"),
    // Only whole statements change.
    ("columns = { hosts = [] }\n", "columns = { hosts = [] }\n"),
    ("columns = { }\n", "columns = { }\n"),
  ])
  func aKeyIsAddedToItsTable(_ text: String, _ expected: String) throws {
    let text = changed(text, "columns.hosts", .list([.text("pid")]))
    #expect(text == expected)
    _ = try TOMLDocument(text)
  }

  @Test(arguments: [
    ("a = 1\ndelay = 1 # c\nb = 2\n", "a = 1\nb = 2\n"), ("delay = [\n1,\n]\n# c", "# c"),
    ("\u{feff}delay = 1", "\u{feff}"), ("a = 1\r\ndelay = 2\r\n", "a = 1\r\n"), ("a = 1", "a = 1"),
    ("[t]\ndelay = 1", "[t]\ndelay = 1"), ("[delay]", "[delay]"),
  ])
  func aKeyWithoutAValueGoesWithItsLines(_ text: String, _ expected: String) {
    #expect(changed(text, "delay", nil) == expected)
  }
}
