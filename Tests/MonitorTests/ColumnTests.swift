import StyledText
import Testing

@testable import Monitor

struct ColumnTests {
  @Test func everyIDHasItsColumn() {
    #expect(Column.all.count == Column.ID.allCases.count)
    for id in Column.ID.allCases { #expect(Column.with(id).id == id) }
  }

  @Test func namesAreTheirOwn() {
    let names = Column.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(!names.contains(""))
    let titles = Column.sortable.map { $0.title.lowercased() }
    #expect(Set(titles).count == titles.count)
  }

  @Test func areFoundByNameAndTitle() {
    #expect(Column.named("bytes_received_per_s")?.id == .receiveRate)
    #expect(Column.named("rx/s")?.id == .receiveRate)
    #expect(Column.named("rate")?.id == .rate)
    #expect(Column.named("retransmit_share")?.id == .retransmitShare)
    #expect(Column.named("pid")?.id == .pid)
    #expect(Column.named("") == nil)
    #expect(Column.named("nonsense") == nil)
    for column in Column.sortable { #expect(Column.named(column.name)?.id == column.id) }
  }

  @Test func titlesFitWithTheirMark() {
    for column in Column.sortable {
      #expect(column.width.minimum > SafeText.columns(of: column.title), "\(column.id)")
      #expect(column.width.minimum <= column.width.ideal)
      #expect(column.width.ideal <= column.width.maximum)
    }
  }

  @Test func layoutsFillNoMoreThanTheScreen() {
    for width in (1...300) {
      let isWrong = Column.ID.allCases.contains { sort in
        let items = ColumnLayout(width: width, sort: sort).items
        let end = items.reduce(0) { x, item in item.x == x ? x + item.width + 1 : .max / 2 }
        return items.isEmpty || end - 1 > width || items.contains { $0.width < 1 }
      }
      #expect(!isWrong, "\(width)")
    }
  }

  @Test func theColumnOfTheOrderIsSeenOnEveryFairScreen() {
    for width in 40...300 {
      for sort in Column.sortable {
        let ids = ColumnLayout(width: width, sort: sort.id).items.map(\.id)
        #expect(ids.contains(sort.id) || sort.parts.contains { ids.contains($0) })
        #expect(ids.contains(.remote))
      }
    }
  }

  @Test func eightyColumnsShowWhatMattersMost() {
    let ids = ColumnLayout(width: 80, sort: .rate).items.map(\.id)
    #expect(
      ids == [
        .mark, .pid, .process, .remote, .state, .receiveRate, .sendRate, .rtt, .retransmits,
      ]
    )
  }

  @Test func choosingTheSameOrderAgainReversesIt() {
    let order = SortOrder(.rtt)
    #expect(order.isDescending)
    #expect(order.choosing(.rtt) == SortOrder(.rtt, isDescending: false))
    #expect(order.choosing(.pid) == SortOrder(.pid, isDescending: false))
  }
}
