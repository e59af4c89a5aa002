import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct DetailsViewTests {
  @Test(arguments: [
    (80, 24, ExpectedDetails.wide80), (120, 40, ExpectedDetails.wide120),
    (250, 60, ExpectedDetails.wide250), (40, 10, ExpectedDetails.wide40),
  ])
  func fitsItsSize(_ width: Int, _ height: Int, _ expected: String) {
    let lines = DetailsView(DetailsSample.upload).screen(width, height)
    #expect(lines.joined(separator: "\n") == expected)
  }

  @Test func drawsInASCII() {
    var facts = DetailsSample.upload
    facts.presentation.graphs = .ascii
    let text = DetailsView(facts).screen(80, 24).joined(separator: "\n")
    #expect(text == ExpectedDetails.ascii)
    #expect(text.utf8.allSatisfy { $0 < 0x7f })
  }

  @Test func showsAListener() {
    let lines = DetailsView(DetailsSample.listener).screen(120, 24)
    #expect(lines.joined(separator: "\n") == ExpectedDetails.listener)
  }

  @Test func showsWhatHasEnded() {
    let lines = DetailsView(DetailsSample.refused).screen(80, 24, top: 17)
    #expect(lines.joined(separator: "\n") == ExpectedDetails.refused)
  }

  @Test func saysWhatIsMissing() {
    var facts = DetailsSample.upload
    facts.socket = nil
    #expect(text(facts).contains("Waiting for the kernel's details of this socket."))
    facts.refusal = .noSocketDiagnosis(of: .tcp)
    #expect(text(facts).contains("tcp_diag on the host loads it"))
    facts.refusal = nil
    facts.isSocketGone = true
    #expect(text(facts).contains("The kernel no longer has this socket."))
    #expect(text(facts).contains("Last figures"))
    #expect(!text(DetailsSample.upload).contains("Last figures"))
  }

  @Test func scrollsToItsEnd() {
    let view = DetailsView(DetailsSample.upload)
    var canvas = Canvas(width: 80, height: 24)
    let last = view.draw(into: &canvas, top: .max / 2).top
    #expect(last > 0)
    #expect(canvas.lines[22].hasSuffix("and port 443"))
    #expect(canvas.lines[0].contains("10.0.0.5:40000"))
    #expect(view.draw(into: &canvas, top: last).top == last)
    #expect(view.draw(into: &canvas, top: -5).top == 0)
    let all = view.screen(80, 300)
    var seen: Set<String> = []
    for top in 0...last { seen.formUnion(view.screen(80, 24, top: top)) }
    let figures = all.filter { $0.hasPrefix(" ") && !$0.contains("┤") && !$0.contains("│") }
    #expect(seen.isSuperset(of: figures.filter { !$0.contains("└") }))
  }

  /// Each figure of the kernel changes the text, so none is left out.
  @Test func showsAllFactsOfTheSocket() {
    let plain = text(DetailsSample.upload)
    let changes = DetailsSample.changes
    for (name, change) in changes {
      var facts = DetailsSample.upload
      if var socket = facts.socket {
        change(&socket)
        facts.socket = socket
      }
      #expect(text(facts) != plain, "\(name)")
    }
    let details = SocketDetails(time: Sample.time(0), state: .established)
    let fields = Set(Mirror(reflecting: details).children.compactMap(\.label))
    #expect(fields == Set(changes.map(\.name)), "fields of SocketDetails without a change here")
    #expect(Mirror(reflecting: details.memory).children.count == 9)
  }

  @Test func marksWhatIsWorthALook() throws {
    var canvas = Canvas(width: 80, height: 200)
    _ = DetailsView(DetailsSample.upload).draw(into: &canvas, top: 0)
    let lines = canvas.lines
    let state = try #require(lines.firstIndex { $0.hasPrefix(" ca_state") })
    #expect(canvas.style(x: 17, y: state) == .medium)
    let window = try #require(lines.firstIndex { $0.hasPrefix(" snd_wnd") })
    #expect(canvas.style(x: 17, y: window) == .strong)
    #expect(canvas.style(x: 1, y: 1) == .high)
    let absent = try #require(lines.firstIndex { $0.hasPrefix(" max_pacing_rate -") })
    #expect(canvas.style(x: 17, y: absent) == .faint)
  }

  @Test func goesByTheUnitAskedFor() {
    var facts = DetailsSample.upload
    facts.presentation.unit = .bits
    let text = text(facts)
    #expect(text.contains("snd_wnd         524kb  65,536B"))
    #expect(text.contains("(snd_wnd 524kb)"))
    #expect(text.contains("Mb/s  peak"))
    // Packets have their size in bytes.
    #expect(text.contains("mss             1,448B"))
  }

  @Test func bearsAnySizeAndText() {
    var hostile = DetailsSample.upload
    hostile.process?.arguments = ["\u{1b}[2J", "日本語".repeated(40), "", "a\u{301}\u{202e}b"]
    hostile.process?.cgroup = "x".repeated(500)
    hostile.namespace = NetworkNamespace(inode: 1, name: "\u{1b}]0;x", nameSource: .ipNetns)
    var empty = DetailsSample.refused
    empty.series = .empty
    for facts in [hostile, DetailsSample.listener, empty] {
      let view = DetailsView(facts, samplesPerDot: 5)
      for width in [0, 1, 2, 7, 13, 14, 15, 20, 33, 40, 59, 60, 79, 100, 119, 156, 300] {
        for height in [0, 1, 2, 3, 17, 60] {
          let lines = view.screen(width, height, top: height / 2)
          #expect(lines.allSatisfy { SafeText.columns(of: $0) <= width })
          #expect(!lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 } })
        }
      }
    }
  }

  @Test func explainsEveryFigure() {
    let groups = DetailsGroup.all
    #expect(Set(groups.map(\.title)).count == groups.count)
    for figure in groups.flatMap(\.figures) {
      #expect(figure.label.count <= 15, "\(figure.label)")
      #expect(!figure.meaning.isEmpty && figure.meaning.count <= 50, "\(figure.meaning)")
    }
    for reason in [Connection.CloseReason.unknown] + Connection.CloseReason.allCases {
      #expect(reason.meaning.hasSuffix("."))
    }
  }

  private func text(_ facts: DetailsFacts) -> String {
    DetailsView(facts).screen(100, 300).joined(separator: "\n")
  }
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
