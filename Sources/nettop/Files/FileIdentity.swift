import Glibc

/// Which file it is, whatever names it has.
struct FileIdentity: Hashable {
  private let device: dev_t
  private let inode: ino_t

  private init(_ status: stat) {
    (device, inode) = (status.st_dev, status.st_ino)
  }

  /// That of an open file; `nil` if the system does not say.
  init?(of descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  /// That of what has this path, itself if it is a link; `nil` if nothing has it.
  init?(at path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Whether a path still leads to an open file.
  static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
    guard let own = FileIdentity(of: descriptor) else { return false }
    return own == FileIdentity(at: path)
  }
}
