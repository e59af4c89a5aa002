import Connections
import Glibc
import Recording
import StyledText
import SystemPackage
import Threads

/// The file of a recording, whose path comes from outside: it is made, read and written with no more
/// rights than are those of who named it.
struct RecordingFile {
  /// As it was given.
  let name: String

  /// SQLite takes what begins with `file:` for a URI.
  private var path: String { name.hasPrefix("/") ? name : "./\(name)" }

  init(_ name: String) { self.name = name }

  /// Opens it for reading.
  func open() async throws(Failure) -> Recording {
    let path = path
    do {
      guard let rights = try FileRights.of(path, forWriting: false) else {
        throw FileRefusal(Errno.noSuchFileOrDirectory)
      }
      let thread = try rights.thread()
      return try await ThreadActor(thread).perform {
        do throws(FileRefusal) {
          try Self.checkReadable(path)
        } catch {
          throw rights.explained(error)
        }
        return try Recording(path: path, on: thread)
      }
    } catch {
      throw failure(error, to: "read")
    }
  }

  /// Makes it, or opens it to go on with it.
  ///
  /// - Parameter appends: whether it may be there already.
  func record(
    _ origin: RecordingWriter.Origin,
    limits: RetentionLimits,
    appends: Bool
  ) async throws(Failure) -> RecordingTarget {
    let (path, name) = (path, name)
    do {
      // Of what is missing, root makes what only root could have made.
      let rights = try FileRights.of(path, forWriting: true, hasCompanions: true) ?? .process
      let thread = try rights.thread()
      return try await ThreadActor(thread).perform {
        let claim: FileClaim
        do throws(FileRefusal) {
          claim = try FileClaim(path, appends: appends)
        } catch {
          throw rights.explained(error)
        }
        do {
          let recorder = try Recorder(path: path, origin, limits: limits, on: thread)
          return RecordingTarget(name: name, recorder: recorder, claim: claim, thread: thread)
        } catch {
          claim.withdraw()
          throw error
        }
      }
    } catch {
      throw failure(error, to: "record to")
    }
  }

  private static func checkReadable(_ path: String) throws(FileRefusal) {
    // Never waits for whoever is to write to a pipe.
    let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileRefusal(Errno(rawValue: errno)) }
    if let kind = UserFile.kindOfOther(status) {
      throw FileRefusal("it is \(kind), not a recording")
    }
    if status.st_size == 0 { throw FileRefusal("it is empty") }
  }

  private func failure(_ error: any Error, to verb: String) -> Failure {
    let quoted = SafeText.quoted(name)
    switch error {
    case let error as FileRefusal:
      return Failure("cannot \(verb) \(quoted): \(error.reason)", advice: error.advice)
    case let error as RecordingError:
      return Failure("cannot \(verb) \(quoted): \(error.problem)", advice: error.advice)
    default: return Failure("cannot \(verb) \(quoted): \(error)")
    }
  }
}
