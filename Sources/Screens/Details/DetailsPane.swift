import Connections
import Monitor

/// The details of a connection: which one, and what is known about it.
struct DetailsPane: Sendable {
  /// As last seen: the table forgets it eventually.
  var connection: Connection
  private var place = ListCursor()
  var socket: SocketDetails?
  var previousSocket: SocketDetails?
  /// Whether the kernel no longer has the socket.
  var isSocketGone = false
  /// Why the kernel reports nothing about the socket.
  var refusal: ActionError?
  var process: ProcessDetails?
  /// Whether the past that is shown does not have the connection.
  var isAbsent = false
  /// Of an MPTCP connection.
  var subflows: [Connection] = []
  var series = HistorySeries.empty
  /// The time of the last sample of the series, by the wall clock.
  var seenAt: Timestamp?
  /// Further facts from its row: see `DetailsFacts`.
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

  /// Forgets what the kernel has reported, which is of now.
  mutating func forgetKernel() {
    (socket, previousSocket, process, refusal) = (nil, nil, nil, nil)
    isSocketGone = false
  }

  mutating func learn(_ details: SocketDetails?) {
    refusal = nil
    guard let details else {
      isSocketGone = true
      return
    }
    isSocketGone = false
    // Shares of time are those between two samples, and a query may come sooner.
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
