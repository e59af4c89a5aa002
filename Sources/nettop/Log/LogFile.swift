import Connections
import Glibc
import Monitor
import SystemPackage
import Tracer

/// Lines of a log in a file, and in a new one whenever the present one is large or old enough.
///
/// Whatever happens to the file, the log goes on: what cannot be written is counted, and a line says
/// how many are missing once there is room again.
struct LogFile: LogOutput {
  /// A part of a text to write: a line with what stands above it.
  private struct Piece {
    /// Where it ends, in bytes from the beginning of the text.
    let end: Int
    /// What the file has with it.
    let page: LogPage
    /// How many lines are missing without it.
    let lines: UInt64
  }

  private let place: LogPlace
  private let rotation: Rotation?
  private let lostLine: @Sendable (UInt64) -> LogLine

  private var file: AppendedFile
  /// When it got its first line, in seconds since 1970.
  private var birth: Int64 = 0
  private var page = LogPage()
  /// Whether the last line of the file has no end.
  private var isTorn = false
  private var text: [UInt8] = []
  private var pieces: [Piece] = []
  /// Lines that are missing, and that no line in the file counts yet.
  private var lost: UInt64 = 0
  /// When the file may be rotated next, after that failed.
  private var rotatesAt = ContinuousClock.now
  private var isTold: Set<String> = []

  let readerDescriptor: Int32 = -1

  /// After how long a rotation that failed is tried again.
  private static let patience = Duration.seconds(60)

  /// - Parameters:
  ///   - rotation: when a new file begins; `nil` for never.
  ///   - lostLine: the line that stands for so many missing ones.
  /// - Throws: why there is no such file.
  init(
    _ place: LogPlace,
    _ rotation: Rotation?,
    lostLine: @escaping @Sendable (UInt64) -> LogLine
  ) throws(Failure) {
    self.place = place
    self.rotation = rotation
    self.lostLine = lostLine
    let now = Timestamp.now
    do throws(FileRefusal) {
      file = try place.open(at: now)
    } catch {
      throw Failure("cannot write to \(place.path(at: now)): \(error.reason)")
    }
    begin()
    if rotation != nil, case .directory = place { makeWay() }
  }

  var path: String? { file.path }
  var unwritten: UInt64 { lost }

  mutating func write(_ lines: [LogLine]) throws(Failure) -> StandardOutput.Reader {
    let now = Int64(time(nil))
    if let age = rotation?.age, file.size > 0, now - birth >= age { rotate() }
    if file.size == 0 {
      // Also where somebody has copied it and cut it off.
      page = LogPage()
      birth = now
    }
    if lost > 0 {
      let line = lostLine(lost)
      add(line, of: lost)
      lost = 0
    }
    for line in lines { add(line, of: 1) }
    flush()
    return .present
  }

  mutating func reopen() {
    let now = Timestamp.now
    do throws(FileRefusal) {
      file = try place.open(at: now, after: file.path)
      begin()
    } catch {
      let path = place.path(at: now)
      tell("cannot write to \(path): \(error.reason); \(file.path) is used further")
    }
  }

  /// Takes over what the file has already.
  private mutating func begin() {
    page = LogPage(heading: file.beginning.line)
    isTorn = !file.beginning.isWhole
    birth = file.birth
  }

  private mutating func add(_ line: LogLine, of lines: UInt64) {
    var next = pieces.last?.page ?? page
    var bytes = Array(next.text(of: line).utf8)
    if let limit = rotation?.size {
      let size = file.size + Int64(text.count)
      if size > 0, size + Int64(bytes.count) > limit {
        flush()
        rotate()
        next = page
        bytes = Array(next.text(of: line).utf8)
      }
    }
    if isTorn, text.isEmpty { text.append(0x0a) }
    text += bytes
    pieces.append(Piece(end: text.count, page: next, lines: lines))
  }

  private mutating func flush() {
    defer {
      text.removeAll(keepingCapacity: true)
      pieces.removeAll(keepingCapacity: true)
    }
    if pieces.isEmpty { return }
    let size = file.size
    do throws(AppendedFile.Shortage) {
      try file.append(text)
      isTorn = false
      page = pieces.last?.page ?? page
    } catch {
      let whole = pieces.prefix { $0.end <= error.written }
      for piece in pieces[whole.count...] { lost += piece.lines }
      page = whole.last?.page ?? page
      isTorn = isTorn && whole.isEmpty
      let end = whole.last?.end ?? 0
      if error.written > end,
        !file.cut(from: size + Int64(error.written), to: size + Int64(end))
      {
        isTorn = true
      }
      tell("cannot write to \(file.path): \(error.code); lines are dropped until that is possible")
    }
  }

  /// Begins a new file.
  private mutating func rotate() {
    if ContinuousClock.now < rotatesAt { return }
    do throws(FileRefusal) {
      let old = file.path
      // Somebody else moved it.
      let moves = file.isInPlace
      if moves, case .file = place { try place.makeWay(for: old, keeping: kept) }
      do throws(FileRefusal) {
        file = try place.open(at: .now, after: old)
      } catch {
        if moves { place.takeBack(old, keeping: kept) }
        throw error
      }
      begin()
      if case .directory = place { makeWay() }
    } catch {
      rotatesAt = .now + Self.patience
      tell("cannot rotate \(file.path): \(error.reason)")
    }
  }

  private var kept: Int { rotation?.kept ?? Rotation.keptByDefault }

  /// Takes away the oldest files of a directory.
  private mutating func makeWay() {
    do throws(FileRefusal) {
      try place.makeWay(for: file.path, keeping: kept)
    } catch {
      tell("cannot remove old files beside \(file.path): \(error.reason)")
    }
  }

  /// Reports a problem, once.
  private mutating func tell(_ problem: String) {
    if isTold.insert(problem).inserted, isTold.count < 100 { Failure(problem).tell() }
  }
}
