package import Connections
package import StyledText

/// A column of the table, as data: screen, text and JSON all use one list of them.
package struct Column: Sendable, Identifiable {
  /// What tells columns apart: a name of its own, or that of a metric of the catalogue.
  package struct ID: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) {
      self.rawValue = rawValue
    }
  }

  package typealias Group = @Sendable (RowPointer) -> Int64
  package typealias Sort = @Sendable (RowPointer, ConnectionTable) -> SortValue
  package typealias Show<Value> = @Sendable (Row, CellContext) -> Value

  /// What a cell shows.
  package enum Cell: Hashable, Sendable {
    case absent
    case text(String)
    case endpoint(Endpoint, host: String? = nil, service: String? = nil)
    /// A graph of values, the newest last.
    case trend([Double?], isASCII: Bool)
  }

  /// Its width in columns of the screen.
  package struct Width: Hashable, Sendable {
    /// Has room for the title with the sort mark.
    package let minimum: Int
    /// Has room for nearly every value.
    package let ideal: Int
    /// The width if there is room to spare.
    package let maximum: Int

    init(_ minimum: Int, ideal: Int? = nil, maximum: Int? = nil) {
      self.minimum = minimum
      self.ideal = ideal ?? minimum
      self.maximum = maximum ?? self.ideal
    }
  }

  package let id: ID
  package let title: String
  /// The JSON field that it shows; `nil` if several make it up.
  package let field: Field?
  /// Its name for `--sort`, if it has no field.
  private let ownName: String
  /// Its meaning, for the help.
  package let meaning: String
  package let width: Width
  package let alignment: TextAlignment
  package let isDescendingFirst: Bool
  /// What it is called where it shows a moving average, as orders by it go by that; `nil` for a
  /// column without.
  package let averageTitle: String?
  /// The columns that it adds up.
  package let parts: [ID]
  /// Whether the table can be sorted by it.
  package let isSortable: Bool
  package let sort: Sort
  /// Rows with the same number have the same value; `nil` if values are of each row alone.
  let group: Group?
  package let cell: Show<Cell>
  package let style: Show<Style>

  init(
    _ id: ID,
    _ title: String,
    field: Field? = nil,
    name: String = "",
    _ meaning: String,
    width: Width,
    alignment: TextAlignment = .left,
    isDescendingFirst: Bool = false,
    averageTitle: String? = nil,
    parts: [ID] = [],
    sort: Sort? = nil,
    group: Group? = nil,
    style: @escaping Show<Style> = { _, _ in .plain },
    cell: @escaping Show<Cell>
  ) {
    self.id = id
    self.title = title
    self.field = field
    ownName = name
    self.meaning = meaning
    self.width = width
    self.alignment = alignment
    self.isDescendingFirst = isDescendingFirst
    self.averageTitle = averageTitle
    self.parts = parts
    isSortable = sort != nil
    self.sort = sort ?? { _, _ in .absent }
    self.group = group
    self.style = style
    self.cell = cell
  }

  /// Its name in options and settings: that of its JSON field, if it has one.
  package var name: String { field?.name ?? ownName }
}

extension ConnectionTable {
  /// What a column that the order uses is called: an average, where it is one.
  package func title(ofSorted column: Column) -> String {
    (halfLife > 0 ? column.averageTitle : nil) ?? column.title
  }
}

extension Column.Cell {
  /// The text in at most this many columns as far as it knows how to; `-` for what is not known.
  package func text(columns: Int = .max) -> String {
    switch self {
    case .absent: "-"
    case .text(let text): text
    case .endpoint(let endpoint, let host, let service):
      endpoint.fitted(to: columns, host: host, service: service)
    case .trend(let values, let isASCII):
      Sparkline.text(values, columns: min(columns, values.count), isASCII: isASCII)
    }
  }

  init(_ text: String?) {
    self = text.map { .text($0) } ?? .absent
  }
}
