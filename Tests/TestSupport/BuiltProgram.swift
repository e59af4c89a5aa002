import Glibc

/// The path of a program that SwiftPM built, which lies beside the test bundle; `nil` if it does not.
package func builtProgram(_ name: String) -> String? {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let length = readlink("/proc/self/exe", &buffer, buffer.count)
  let own = String(
    decoding: buffer.prefix(max(0, length)).map(UInt8.init(truncatingIfNeeded:)),
    as: UTF8.self
  )
  // The runner is the bundle itself, or a tool of the toolchain that was given its path.
  return ([own] + CommandLine.arguments)
    .map { place in (place.lastIndex(of: "/").map { String(place[..<$0]) } ?? ".") + "/" + name }
    .first { access($0, X_OK) == 0 }
}
