/// Where `struct inet_diag_msg` has its fields.
enum InetDiagOffset {
  static let family = 0
  static let state = 1
  static let timer = 2
  static let localPort = 4
  static let remotePort = 6
  static let localAddress = 8
  static let remoteAddress = 24
  static let interface = 40
  static let cookie = 44
  static let expires = 52
  static let receiveQueue = 56
  static let sendQueue = 60
  static let user = 64
  static let inode = 68
}
