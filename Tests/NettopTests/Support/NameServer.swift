import Glibc
import Synchronization
import Testing

/// A name server for the programs that `ip netns exec` starts in a namespace: on 127.0.0.1, and the
/// only source of host names there.
final class NameServer: Sendable {
  private let descriptor: Int32
  private let directory: String
  private let count = Atomic(0)

  /// How many questions it got.
  var questions: Int { count.load(ordering: .relaxed) }

  /// - Parameter name: what it calls every address; `nil` if it never answers.
  init(in namespace: TestNamespace, name: String?) throws {
    directory = "/etc/netns/\(namespace.name)"
    mkdir("/etc/netns", 0o755)
    try #require(mkdir(directory, 0o755) == 0)
    let files = [
      ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n"),
      ("nsswitch.conf", "hosts: dns\nservices: files\n"),
    ]
    for (file, text) in files {
      let descriptor = open("\(directory)/\(file)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
      try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
      close(descriptor)
    }

    descriptor = try namespace.run {
      let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
      let descriptor = socket(AF_INET, type, 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      address.sin_port = UInt16(53).bigEndian
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(code == 0)
      var wait = timeval(tv_sec: 0, tv_usec: 20_000)
      setsockopt(
        descriptor,
        SOL_SOCKET,
        SO_RCVTIMEO,
        &wait,
        socklen_t(MemoryLayout<timeval>.size)
      )
      return descriptor
    }
    serve(name)
  }

  deinit {
    close(descriptor)
    for file in ["resolv.conf", "nsswitch.conf"] { unlink("\(directory)/\(file)") }
    rmdir(directory)
  }

  /// Answers as long as there is this object.
  private func serve(_ name: String?) {
    let answer = name.map(Self.answer)
    Task.detached { [weak self] in
      while let server = self {
        server.reply(answer)
        await Task.yield()
      }
    }
  }

  /// Takes one question, if there is one soon.
  private func reply(_ answer: [UInt8]?) {
    var packet = [UInt8](repeating: 0, count: 512)
    var peer = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &peer) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
        let received = recvfrom(descriptor, &packet, packet.count, 0, peer, &length)
        guard received > 16 else { return }
        count.wrappingAdd(1, ordering: .relaxed)
        guard let answer else { return }
        // The question, after 12 bytes of header: labels, type and class. No other records.
        var end = 12
        while end < received, packet[end] != 0 { end += Int(packet[end]) + 1 }
        guard end + 5 <= received else { return }
        let header = packet[0..<2] + [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        let reply = Array(header) + packet[12..<(end + 5)] + answer
        sendto(descriptor, reply, reply.count, 0, peer, length)
      }
    }
  }

  /// A PTR record for the name of the question.
  private static func answer(_ name: String) -> [UInt8] {
    var labels: [UInt8] = []
    for label in name.split(separator: ".") {
      labels.append(UInt8(label.utf8.count))
      labels += Array(label.utf8)
    }
    labels.append(0)
    return [0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, UInt8(labels.count)] + labels
  }
}
