import Glibc

/// What the screen tells of the host.
enum Host {
  /// `uname -n`.
  static var name: String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.nodename) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Seconds by which local time is ahead of UTC.
  static var utcOffset: Int {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return local.tm_gmtoff
  }
}
