import Tracer

/// The details of a connection: which one, and what has been learnt of it.
struct DetailsPane: Sendable {
  /// As it was seen last: the table forgets it in the end.
  var connection: Connection
  private var place = ListCursor()
  var socket: SocketDetails?
  var previousSocket: SocketDetails?
  /// Whether the kernel has not got the socket any more.
  var isSocketGone = false
  /// Why the kernel tells nothing of the socket.
  var refusal: ActionError?
  var process: ProcessDetails?
  /// Of an MPTCP connection.
  var subflows: [Connection] = []
  var series = HistorySeries.empty
  /// What its row tells besides: see `DetailsFacts`.
  var leastAge: Double?
  var isLikelyIncoming = false
  var search = TextSearch()

  /// How many samples a dot of the graphs stands for.
  var samplesPerDot = 1
  private static let zooms = [1, 2, 5]

  /// The first line on the screen.
  var top: Int {
    get { place.position }
    set { place.select(newValue, of: .max) }
  }

  init(_ connection: Connection) {
    self.connection = connection
  }

  mutating func learn(_ details: SocketDetails?) {
    refusal = nil
    guard let details else {
      isSocketGone = true
      return
    }
    isSocketGone = false
    // Shares of time are those between two samples, and a question may come sooner.
    if let socket, details.time.seconds(since: socket.time) >= 0.5 { previousSocket = socket }
    socket = details
  }

  mutating func move(_ command: Command, page: Int) {
    switch command {
    case .zoomIn: samplesPerDot = Self.zooms.last { $0 < samplesPerDot } ?? samplesPerDot
    case .zoomOut: samplesPerDot = Self.zooms.first { $0 > samplesPerDot } ?? samplesPerDot
    // How many lines there are is known when they are drawn.
    default: place.move(command, page: page, of: 1 << 16)
    }
  }
}
