import ArgumentParser
import CThreads
import Connections
import Glibc
import Recording
import StyledText
import SystemPackage
import Terminal
import Tracer

/// A run that failed: the message for the user, and the exit status.
struct Failure: Error {
  /// Exit statuses beyond 0: as `sysexits.h` has them.
  enum Status: Int32 {
    case failed = 1
    case notPermitted = 77
  }

  let status: Status
  let problem: String
  let advice: String?
  /// What the system reported, for a bug report.
  let detail: String?

  init(
    _ problem: String,
    advice: String? = nil,
    detail: String? = nil,
    status: Status = .failed
  ) {
    self.status = status
    self.problem = problem
    self.advice = advice
    self.detail = detail
  }

  static let noPipe = Failure(
    "cannot create a pipe: too many files are open",
    advice: "close some, or raise `ulimit -n`"
  )

  static let noThread = Failure(
    "cannot create a thread: the task limit is reached",
    advice: "end some processes, or raise `ulimit -u` or pids.max of the control group"
  )

  /// Ends the program with a message where it would wait for a thread forever.
  static func reportShortageOfThreads() {
    threads_on_shortage {
      Screen.abandon()
      Failure.noThread.tell()
      _exit(Status.failed.rawValue)
    }
  }

  /// Runs a command; what goes wrong is reported on standard error and gives the exit status.
  static func reported(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      throw Failure(error).told()
    }
  }

  /// The same for a body that is not asynchronous.
  static func reportedAtOnce(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw Failure(error).told()
    }
  }

  private func told() -> ExitCode {
    tell()
    return ExitCode(status.rawValue)
  }

  private init(_ error: any Error) {
    switch error {
    case let failure as Failure:
      self = failure
    case let error as SourceError where error.needsRoot:
      self.init(
        "\(error.problem) (or the capabilities that `nettop doctor` lists)",
        advice: "try: \(Launch.commandAsRoot)",
        status: .notPermitted
      )
    case let error as SourceError:
      let isNotPermitted = error.code == .notPermitted
      self.init(
        error.problem,
        advice: error.advice,
        // Of missing rights, all is said already.
        detail: isNotPermitted ? nil : error.detail,
        status: isNotPermitted ? .notPermitted : .failed
      )
    case let error as RecordingError:
      self.init(error.problem, advice: error.advice)
    default:
      self.init("\(error)")
    }
  }

  /// How many columns of a line are printed. Only one with a long path or name of others has more.
  private static let lineLimit = 1000

  /// Writes the message to standard error. It can contain names that others chose, so it is made safe
  /// for a terminal.
  func tell() {
    let hints = [advice, detail].compactMap(\.self)
    let lines = ["nettop: \(problem)"] + hints.map { "        \($0)" }
    Self.write(lines.map { SafeText.cut($0, toColumns: Self.lineLimit) + "\n" }.joined())
  }

  /// Says in a line why a source stands in for one that knows more, if it does.
  static func tell(_ health: SourceHealth) {
    guard let notice = health.notice else { return }
    Failure("\(health.source): \(notice.text)").tell()
  }

  /// What a log leaves out because its source only compares samples; `nil` if it has all connections.
  static func unseen(_ health: SourceHealth) -> Failure? {
    guard health.gaps.contains(.shortLived) else { return nil }
    let limitation = health.limitations.first { $0.extent == .connections("short_lived") }
    let remedy = health.notice?.remedy ?? limitation?.remedy
    let problem = "connections that open and end between two samples are not logged"
    return Failure(remedy.map { "\(problem); \($0)" } ?? problem)
  }

  /// Writes to standard error.
  static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}

extension SourceError {
  /// Whether the rights are missing that root has.
  var needsRoot: Bool { code == .notPermitted && geteuid() != 0 }
}
