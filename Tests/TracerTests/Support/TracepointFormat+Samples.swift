@testable import Tracer

extension TracepointFormat {
  /// The text of `sock:inet_sock_set_state` of Linux 6.18.
  static let stateChange = """
    name: inet_sock_set_state
    ID: 2287
    format:
    \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
    \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
    \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
    \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;
    \tfield:__u16 protocol;\toffset:30;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:32;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:36;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:40;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:56;\tsize:16;\tsigned:0;

    print fmt: "family=%s protocol=%s sport=%hu", \
    __print_symbolic(REC->family, { 2, "AF_INET" }, { 10, "AF_INET6" }), \
    __print_symbolic(REC->protocol, { 6, "IPPROTO_TCP" }, { 262, "IPPROTO_MPTCP" }), REC->sport
    """

  /// The same of Linux 4.16 to 5.5, whose protocol is a byte, so that addresses are at odd offsets.
  static let bytewiseStateChange = """
    ID: 1200
    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:28;\tsize:2;\tsigned:0;
    \tfield:__u8 protocol;\toffset:30;\tsize:1;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:31;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:35;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:39;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:55;\tsize:16;\tsigned:0;
    """

  /// `tcp:tcp_set_state` of Linux 4.15.
  static let tcpStateChange = """
    ID: 1100
    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:int oldstate;\toffset:16;\tsize:4;\tsigned:1;
    \tfield:int newstate;\toffset:20;\tsize:4;\tsigned:1;
    \tfield:__u16 sport;\toffset:24;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:26;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:28;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:32;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:36;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:52;\tsize:16;\tsigned:0;
    """

  /// No kernel's: the fields are in another order, after more common fields.
  static let strangeStateChange = """
    ID: 7
    \tfield:__u8 daddr_v6[16];\toffset:17;\tsize:16;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:33;\tsize:16;\tsigned:0;
    \tfield:unsigned char newstate;\toffset:49;\tsize:1;\tsigned:0;
    \tfield:unsigned char oldstate;\toffset:50;\tsize:1;\tsigned:0;
    \tfield:__u16 dport;\toffset:51;\tsize:2;\tsigned:0;
    \tfield:__u32 protocol;\toffset:56;\tsize:4;\tsigned:0;
    \tfield:__u16 sport;\toffset:62;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:64;\tsize:2;\tsigned:0;
    \tfield:const void *skaddr;\toffset:80;\tsize:8;\tsigned:0;
    """

  /// `tcp:tcp_receive_reset` of Linux 6.18.
  static let resetReceived = """
    ID: 2279
    \tfield:const void * skaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:__u16 sport;\toffset:16;\tsize:2;\tsigned:0;
    \tfield:__u16 dport;\toffset:18;\tsize:2;\tsigned:0;
    \tfield:__u16 family;\toffset:20;\tsize:2;\tsigned:0;
    \tfield:__u8 saddr[4];\toffset:22;\tsize:4;\tsigned:0;
    \tfield:__u8 daddr[4];\toffset:26;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr_v6[16];\toffset:30;\tsize:16;\tsigned:0;
    \tfield:__u8 daddr_v6[16];\toffset:46;\tsize:16;\tsigned:0;
    \tfield:__u64 sock_cookie;\toffset:64;\tsize:8;\tsigned:0;
    """

  /// `tcp:tcp_send_reset` of Linux 6.18.
  static let resetSent = """
    ID: 2280
    \tfield:const void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;
    \tfield:const void * skaddr;\toffset:16;\tsize:8;\tsigned:0;
    \tfield:int state;\toffset:24;\tsize:4;\tsigned:1;
    \tfield:enum sk_rst_reason reason;\toffset:28;\tsize:4;\tsigned:0;
    \tfield:__u8 saddr[sizeof(struct sockaddr_in6)];\toffset:32;\tsize:28;\tsigned:0;
    \tfield:__u8 daddr[sizeof(struct sockaddr_in6)];\toffset:60;\tsize:28;\tsigned:0;

    print fmt: "skbaddr=%p state=%s reason=%s", REC->skbaddr, \
    REC->state ? __print_symbolic(REC->state, { TCP_ESTABLISHED, "TCP_ESTABLISHED" }) : "UNKNOWN", \
    __print_symbolic(REC->reason, { 0, "NOT_SPECIFIED" }, { 11, "TCP_ABORT_ON_CLOSE" })
    """

  /// That of a text.
  static func sample(_ text: String) throws -> TracepointFormat {
    guard let format = TracepointFormat(Array(text.utf8)) else {
      throw HarnessError("no format: \(text)")
    }
    return format
  }
}
