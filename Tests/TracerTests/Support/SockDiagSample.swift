/// An answer of sock_diag, of Linux 6.18 on a little-endian host, byte by byte.
enum SockDiagSample {
  static func bytes(_ fields: [(name: String, hex: String)]) -> [UInt8] {
    fields.flatMap { field in
      let digits = Array(field.hex.filter { $0 != " " })
      return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
    }
  }

  static let header = bytes([
    ("nlmsg_len", "f0010000"), ("nlmsg_type", "1400"), ("nlmsg_flags", "0000"),
    ("nlmsg_seq", "01000000"), ("nlmsg_pid", "c7460000"),
  ])

  static let message = bytes([
    ("idiag_family", "02"), ("idiag_state", "01"), ("idiag_timer", "00"), ("idiag_retrans", "00"),
    ("idiag_sport", "b10a"), ("idiag_dport", "af21"),
    ("idiag_src", "7f000001 00000000 00000000 00000000"),
    ("idiag_dst", "7f000001 00000000 00000000 00000000"),
    ("idiag_if", "00000000"), ("idiag_cookie", "023e0803 00000000"),
    ("idiag_expires", "00000000"), ("idiag_rqueue", "00000000"), ("idiag_wqueue", "00000000"),
    ("idiag_uid", "00000000"), ("idiag_inode", "0e2cd603"),
  ])

  static let smallAttributes = bytes([
    ("SHUTDOWN", "0500 0800 00 000000"),
    ("TOS", "0500 0500 28 000000"),
    ("MARK", "0800 0f00 2a000000"),
    ("CLASS_ID", "0800 1100 02000000"),
    ("CGROUP_ID", "0c00 1500 0100000000000000"),
    ("SOCKOPT", "0600 1600 5200 0000"),
    ("SKMEMINFO, header", "2800 0700"),
    ("rmem_alloc, rcvbuf", "00000000 00000200"),
    ("wmem_alloc, sndbuf", "00000000 001e3c00"),
    ("fwd_alloc, wmem_queued", "00000000 00000000"),
    ("optmem, backlog, drops", "00000000 00000000 00000000"),
  ])

  static let info = bytes([
    ("state, ca_state, retransmits, probes", "01 00 00 00"),
    ("backoff, options, wscale, app_limited", "00 07 aa 00"),
    ("rto, ato", "802c0300 409c0000"),
    ("snd_mss, rcv_mss", "00f80000 18020000"),
    ("unacked, sacked, lost, retrans, fackets", "00000000 00000000 00000000 00000000 00000000"),
    ("last_data_sent, last_ack_sent", "30000000 00000000"),
    ("last_data_recv, last_ack_recv", "30000000 04000000"),
    ("pmtu, rcv_ssthresh", "ffff0000 d7ff0000"),
    ("rtt, rttvar", "2d150000 0b2a0000"),
    ("snd_ssthresh, snd_cwnd", "ffffff7f 0e000000"),
    ("advmss, reordering", "cbff0000 03000000"),
    ("rcv_rtt, rcv_space", "00000000 d7ff0000"),
    ("total_retrans", "00000000"),
    ("pacing_rate", "86a58e4504000000"),
    ("max_pacing_rate", "ffffffffffffffff"),
    ("bytes_acked, bytes_received", "e287010000000000 f401000000000000"),
    ("segs_out, segs_in", "07000000 05000000"),
    ("notsent_bytes, min_rtt", "00000000 14000000"),
    ("data_segs_in, data_segs_out", "01000000 04000000"),
    ("delivery_rate", "b77c0fc200000000"),
    ("busy_time", "e0ab000000000000"),
    ("rwnd_limited, sndbuf_limited", "0000000000000000 0000000000000000"),
    ("delivered, delivered_ce", "05000000 00000000"),
    ("bytes_sent, bytes_retrans", "e187010000000000 0000000000000000"),
    ("dsack_dups, reord_seen, rcv_ooopack", "00000000 00000000 00000000"),
    ("snd_wnd, rcv_wnd, rehash", "00f00100 00000100 00000000"),
    ("total_rto, _recoveries, _time", "0000 0000 00000000"),
    ("received_ce and what follows", "00000000 00000000 00000000 00000000"),
    ("", "00000000 00000000 00000000 00000000"),
  ])

  static let congestion = bytes([
    ("CONG", "0800 0400 62627200"),
    ("BBRINFO, header", "1800 1000"),
    ("bw_lo, bw_hi", "f57b0fc2 00000000"),
    ("min_rtt, pacing_gain, cwnd_gain", "14000000 e3020000 e3020000"),
  ])

  static let infoHeader: [UInt8] = [0x1c, 0x01, 0x02, 0x00]
  static let answer =
    header + message + smallAttributes + infoHeader + info + congestion
}
