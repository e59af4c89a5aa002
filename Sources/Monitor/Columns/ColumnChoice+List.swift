import StyledText

extension ColumnChoice {
  /// Stands for all columns that can be sorted by, in a list of columns.
  package static let all = "all"

  /// Reads columns separated by commas, each with a width where one is wanted:
  /// `pid,remote_address:30`; or `all`.
  package static func list(_ text: String) throws(ValueRefusal) -> [ColumnChoice] {
    if text == all { return everyColumn }
    var choices: [ColumnChoice] = []
    for word in words(text) {
      let choice: ColumnChoice
      do throws(ValueRefusal) {
        choice = try ColumnChoice(text: word)
      } catch {
        guard Column.named(name(word)) == nil else { throw error }
        throw ValueRefusal("\(error.reason). Columns are: \(names)")
      }
      if choices.contains(where: { $0.id == choice.id }) {
        throw ValueRefusal("has the column \(SafeText.quoted(word)) twice")
      }
      choices.append(choice)
    }
    return choices
  }

  private static let names = Column.all.map(\.name).joined(separator: ", ")

  /// The words of a list; an empty list has one, of no letters.
  static func words(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A word without the width behind its colon.
  static func name(_ word: String) -> String {
    word.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
  }
}
