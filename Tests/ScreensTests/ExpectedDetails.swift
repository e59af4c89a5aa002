/// The details of a connection as they have to be, from `DetailsSample`.
enum ExpectedDetails {
  static let wide80 = """
     10.0.0.5:40000 → 192.0.2.1:443  ESTAB  curl 1234  netns web           12:05:00
     The peer takes data too slowly.

    Received  478B/s  peak 694B/s            Sent  0.98M/s  peak 1.26M/s
       1K┤⢠⣀⢀⡀⢀⡀⢀⡀⢀⡀⣄⡀⣄⡀⣄ ⣀ ⣀ ⣀⢠⣀⢠⣀⢠⣀⢀⡀⢀⡀⢀⡀     2M┤⢀ ⢀ ⢀ ⢀ ⢀ ⣀ ⣀ ⣀ ⣀ ⣀ ⣀⢀⣀⢀⣀⢀⣀⢀⡀⢀⡀⢀⡀
        0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
         └───────────── -30s ────────── now       └───────────── -30s ────────── now

    RTT  47.6ms  peak 47.6ms                 Retransmits  0  peak 4
     50ms┤⣶⣶⣿           ⢀⣀⣀⣀⣀⣀⣠⣤⣤⣤⣤⣤⣶⣶⣶⣶⣶⣶⣿      5┤  ⡀                        ⢰
        0┤⣿⣿⣿⣶⣶⣶⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀
         └───────────── -30s ────────── now       └───────────── -30s ────────── now

    ─ Why it is slow ───────────────────────────────────────────────────────────────
     last 1.0s      ██████████████████▒▒▒▒▒▒▒  █ 71.0%  ▓ 0%     ▒ 29.0%  ░ 0%
     since opening  ████████▒▒▒▒▒▒▒▒▒▒▒░░░░░░  █ 31.0%  ▓ 0.8%   ▒ 45.5%  ░ 22.8%
                    █ peer's window full  ▓ send buffer full  ▒ in flight  ░ idle
      71.0% peer's window: the peer's receive window (snd_wnd 64.0K) was full for
            this share of the last 1.0s, and it took 1.20M/s: the peer reads too
            slowly, or its buffer is too small. Look at Recv-Q and
            net.ipv4.tcp_rmem there.
       0.2% loss: 2 of 870 data segments were retransmitted, ca_state is Recovery:
            packets or their ACKs are lost on the path. Look for a full queue or a
    Esc Back  / Search  Up/Down Scroll  + - Zoom  y Copy  k Kill  K Close   1-22/116
    """

  static let wide120 = """
     10.0.0.5:40000 → 192.0.2.1:443  ESTAB  curl 1234  netns web                                                   12:05:00
     The peer takes data too slowly.

    Received  478B/s  peak 694B/s                                Sent  0.98M/s  peak 1.26M/s
       1K┤                                                          2M┤
         │   ⢠⡀⣦⡀⣦⡀⣦ ⣆ ⣄ ⣄⢰⣄⢰⣄⢰⣄⢰⡀⢠⡀⢠⡀⢠⡀⣦⡀⣦⡀⣦ ⣆ ⣄ ⣄⢰⣄⢰⣄⢰⣄⢰⡀⢠⡀⢠⡀       │     ⡀ ⡀ ⡀ ⡀ ⡀ ⡀⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⣄ ⣄ ⣄ ⣄ ⣄ ⣄⢠⣄⢠⣀⢠⣀⢠⡀⢠⡀⢠⡀
         │   ⣾⣿⣿⣿⣿⣷⣿⣷⣿⣷⣿⣷⣿⣿⣿⣿⣿⣿⣿⣾⣿⣾⣿⣾⣿⣾⣿⣿⣿⣿⣷⣿⣷⣿⣷⣿⣷⣿⣿⣿⣿⣿⣿⣿⣾⣿⣾⣿⣾⣿       │   ⣸⣦⣿⣦⣿⣦⣿⣦⣿⣦⣿⣦⣿⣾⣿⣾⣿⣾⣷⣾⣷⣼⣷⣼⣷⣼⣷⣿⣷⣿⣷⣿⣷⣿⣷⣿⣷⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣾⣿
        0┤⣀⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣀⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿
         └─── -90s ───────── -60s ───────── -30s ────────── now       └─── -90s ───────── -60s ───────── -30s ────────── now

    RTT  47.6ms  peak 47.6ms                                     Retransmits  0  peak 4
     50ms┤               ⢀⣀⣀⣤⣤⣴⣶⣶                      ⢀⣀⣀⣤⣤⣴⣶⣶      5┤     ⡀                                         ⢀
         │    ⢀⣀⣀⣤⣤⣤⣶⣶⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿           ⢀⣀⣀⣤⣤⣤⣶⣶⣾⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │     ⡇                ⡄                        ⢸
         │⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿ ⣀⣀⣠⣤⣤⣶⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │     ⡇                ⡇                ⡆       ⢸
        0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀
         └─── -90s ───────── -60s ───────── -30s ────────── now       └─── -90s ───────── -60s ───────── -30s ────────── now

    ─ Why it is slow ───────────────────────────────────────────────────────────────────────────────────────────────────────
     last 1.0s      █████████████████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  █ 71.0%  ▓ 0%     ▒ 29.0%  ░ 0%
     since opening  ████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░  █ 31.0%  ▓ 0.8%   ▒ 45.5%  ░ 22.8%
                    █ peer's window full  ▓ send buffer full  ▒ in flight  ░ idle
      71.0% peer's window: the peer's receive window (snd_wnd 64.0K) was full for this share of the last 1.0s, and it took
            1.20M/s: the peer reads too slowly, or its buffer is too small. Look at Recv-Q and net.ipv4.tcp_rmem there.
       0.2% loss: 2 of 870 data segments were retransmitted, ca_state is Recovery: packets or their ACKs are lost on the
            path. Look for a full queue or a bad link there (mtr, interface counters).
            delay: rtt 48.2ms is 36.9ms above minrtt 11.3ms: packets wait in queues on the path, or the peer delays its
            ACKs.
      29.0% in flight: data was in flight for this share of the last 1.0s: now 35 segments, cwnd allows 42.

    ─ Connection ─────────────────────────  ─ Round-trip time ────────────────────  ─ Retransmits ────────────────────────
     direction       out                     rtt             48.2ms                  retrans         2/41
     netns           web  4026532100         rttvar          5.1ms                   bytes_retrans   58.0K  59,368
     opened          11:58:30                minrtt          11.3ms                  lost            2 segments
     age             6m30s                   queueing        36.9ms                  unacked         40 segments
     sk              3086c8f                 rcv_rtt         50.1ms                  sacked          5 segments
     local           10.0.0.5:40000                                                  dsack_dups      1 segment
     remote          192.0.2.1:443          ─ Windows ────────────────────────────   total_rto       1
                                             cwnd            42 segments             rto_recoveries  1
    ─ Owner ──────────────────────────────   ssthresh        38 segments             rto_time        312ms
    Esc Back  / Search  Up/Down/PgUp/PgDn Scroll  + - Zoom  y Copy  k Kill  K Close                                  1-38/79
    """

  static let wide250 = """
     10.0.0.5:40000 → 192.0.2.1:443  ESTAB  curl 1234  netns web                                                                                                                                                                                     12:05:00
     The peer takes data too slowly.

    Received  478B/s  peak 694B/s                                  Sent  0.98M/s  peak 1.26M/s                                    RTT  47.6ms  peak 47.6ms                                       Retransmits  0  peak 4
       1K┤                                                            2M┤                                                          50ms┤                    ⢀⣀⣠⣤⣶                         ⢀⣀⣠⣤⣶      5┤
         │                  ⢀                        ⢀                  │                                                              │             ⢀⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿                  ⢀⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿       │       ⡆                                         ⢰
         │     ⢰⡀⣷⡀⣧⡀⣧ ⣧ ⣦ ⣆⢸⣆⢸⣆⢸⣄⢸⡄⢸⡄⢰⡀⢰⡀⣷⡀⣧⡀⣧ ⣧ ⣦ ⣆⢸⣆⢸⣆⢸⣄⢸⡄⢸⡄⢰⡀       │       ⡀ ⡀ ⡀ ⡀ ⡀ ⡀⢠ ⢠ ⢠ ⢠ ⢀ ⢀ ⢀ ⣆ ⣆ ⣄ ⣄ ⣄ ⣄⢰⣄⢰⣄⢰⣄⢰⡄⢰⡄⢰⡄       │      ⢀⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿           ⢀⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │       ⡇                ⡆                        ⢸
         │     ⣼⣷⣿⣷⣿⣷⣿⣷⣿⣧⣿⣧⣿⣿⣿⣾⣿⣾⣿⣾⣿⣾⣿⣼⣿⣼⣷⣿⣷⣿⣷⣿⣷⣿⣧⣿⣧⣿⣿⣿⣾⣿⣾⣿⣾⣿⣾⣿⣼⣿       │     ⢸⣄⣿⣄⣷⣄⣷⣄⣷⣄⣷⡄⣷⣼⣷⣼⣷⣼⣷⣸⣷⣸⣷⣸⣷⣸⣷⣿⣧⣿⣧⣿⣧⣿⣧⣿⣦⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿       │⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿    ⢀⣀⣠⣤⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │       ⡇                ⡇                ⡄       ⢸
         │     ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │     ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣤⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿       │       ⡇       ⢠        ⡇                ⡇       ⢸
        0┤⣀⣀⣀⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣀⣀⣀⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿      0┤⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣇⣀⣀⣀⣀⣀⣀⣀⣸⣀⣀⣀⣀⣀
         └───── -90s ───────── -60s ───────── -30s ────────── now       └───── -90s ───────── -60s ───────── -30s ────────── now       └───── -90s ───────── -60s ───────── -30s ────────── now       └───── -90s ───────── -60s ───────── -30s ────────── now

    ─ Why it is slow ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     last 1.0s      █████████████████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  █ 71.0%  ▓ 0%     ▒ 29.0%  ░ 0%
     since opening  ████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░  █ 31.0%  ▓ 0.8%   ▒ 45.5%  ░ 22.8%
                    █ peer's window full  ▓ send buffer full  ▒ in flight  ░ idle
      71.0% peer's window: the peer's receive window (snd_wnd 64.0K) was full for this share of the last 1.0s, and it took 1.20M/s: the peer reads too slowly, or its buffer is too small. Look at Recv-Q and net.ipv4.tcp_rmem there.
       0.2% loss: 2 of 870 data segments were retransmitted, ca_state is Recovery: packets or their ACKs are lost on the path. Look for a full queue or a bad link there (mtr, interface counters).
            delay: rtt 48.2ms is 36.9ms above minrtt 11.3ms: packets wait in queues on the path, or the peer delays its ACKs.
      29.0% in flight: data was in flight for this share of the last 1.0s: now 35 segments, cwnd allows 42.

    ─ Connection ─────────────────────────────────────────────────────────────────────  ─ Windows ────────────────────────────────────────────────────────────────────────  ─ Reordering ─────────────────────────────────────────────────────────────────────
     direction       out              out: connected; in: accepted (inferred: faint)     cwnd            42 segments    congestion window: what may be in flight             reordering      3 segments  degree of reordering tolerated
     netns           web  4026532100  network namespace                                  ssthresh        38 segments    slow start threshold; - if not set                   reord_seen      0           reorderings seen at the peer
     opened          11:58:30         time it was opened; - if before nettop started     snd_wnd         64.0K  65,536  receive window of the peer                           rcv_ooopack     0 segments  received out of order
     age             6m30s            how long it has been, or was, open                 rcv_wnd         62.6K  64,128  receive window of this end
     sk              3086c8f          socket cookie: its identity                        rcv_ssthresh    62.6K  64,076  limit of the advertised window                      ─ Queues and memory ──────────────────────────────────────────────────────────────
     local           10.0.0.5:40000                                                      rcv_space       14.3K  14,600  target of receive buffer auto-tuning                 Recv-Q          0B                received, not read by the process
     remote          192.0.2.1:443                                                       wscale          7,9            window scale: peer, this end                         Send-Q          978K  1,001,000   written, not acknowledged by the peer
                                                                                                                                                                             notsent         921K  943,080     written, not sent yet
    ─ Owner ──────────────────────────────────────────────────────────────────────────  ─ Congestion control ─────────────────────────────────────────────────────────────   skmem r         0B                received and not read, with overhead
     process         curl  1234  name and PID                                            algorithm       bbr         congestion control algorithm                            skmem rb        128K  131,072     receive buffer limit
     user            ann  1000   user it runs as, and the UID                            details         bw:10.1Mbps mrtt:11.3ms pacing_gain:2.89 cwnd_gain:2.89             skmem t         0B                passed to the lower layer
     known by        connect     how the owner is known: a call or a scan                                                                                                    skmem tb        2.50M  2,626,560  send buffer limit
     started         1h05m       how long the process has been running                  ─ Pacing and delivery ────────────────────────────────────────────────────────────   skmem f         3.00K  3,072      allocated in advance
     threads         2           threads of the process                                  send            1.20M/s      rate that cwnd allows: cwnd * mss / rtt                skmem w         1.05M  1,103,872  queued for sending, with overhead
     open files      9           open files and sockets of the process                   pacing_rate     2.29M/s      rate at which segments are sent                        skmem o         0B                options
     command         curl -T 'my backup.tar' https://example.org/                        max_pacing_rate -            limit set by the program; - for none                   skmem bl        0B                in the backlog
     executable      /usr/bin/curl                                                       delivery_rate   1.20M/s      recent rate of delivery to the peer                    skmem d         0                 packets dropped at the socket
     directory       /home/ann                                                           app_limited     no           whether that was application-limited
     cgroup          /user.slice/user-1000.slice/session-3.scope                         busy            301s         time with data to send                                ─ MSS and MTU ────────────────────────────────────────────────────────────────────
     parents         bash 1200 ← sshd 1100 ← systemd 1                                   rwnd_limited    121s  40.1%  of that, with the peer's window full                   mss             1,448B      largest segment sent
                                                                                         sndbuf_limited  3.0s  1.0%   of that, with the send buffer full                     pmtu            1,500B      largest packet on the path
    ─ State and timers ───────────────────────────────────────────────────────────────                                                                                       rcvmss          536B        estimated size of segments received
     state           ESTAB         state of the connection                              ─ Bytes and segments ─────────────────────────────────────────────────────────────   advmss          1,448B      largest segment this end advertised
     timer           on  in 212ms  active timer, and when it expires                     bytes_sent      96.6M  101,262,000  payload sent, retransmits included
     ca_state        Recovery      congestion state; Open is normal                      bytes_acked     95.6M  100,261,000  payload acknowledged by the peer               ─ Options ────────────────────────────────────────────────────────────────────────
     rto             252ms         retransmission timeout                                bytes_received  11.7K  12,000       payload received                                ts              yes         timestamps
     backoff         0             times the timeout was doubled                         segs_out        70,880              segments sent                                   sack            yes         selective acknowledgements
     retransmits     0             times the oldest segment was resent                   segs_in         35,120              segments received                               wscale          yes         window scaling
     probes          0             unanswered window or keepalive probes                 data_segs_out   69,870              segments sent with data                         ecn             no          explicit congestion notification negotiated
     ato             40.0ms        delayed-ACK timeout                                   data_segs_in    11                  segments received with data                     ecnseen         no          a packet with an ECN mark was seen
     lastsnd         4ms           time since data was sent                              delivered       69,820              data segments that reached the peer             fastopen        no          data in the SYN was acknowledged
     lastrcv         1m16s         time since data was received                          delivered_ce    0                   of these, with a congestion mark (CE)           tos             0x0         type of service or traffic class
     lastack         12ms          time since an ACK was received                                                                                                            fwmark          -           firewall mark of its packets
                                                                                        ─ Retransmits ────────────────────────────────────────────────────────────────────
    ─ Round-trip time ────────────────────────────────────────────────────────────────   retrans         2/41           retransmitted: unacknowledged / total
     rtt             48.2ms      smoothed round-trip time                                bytes_retrans   58.0K  59,368  payload retransmitted
     rttvar          5.1ms       its mean deviation                                      lost            2 segments     in flight, presumed lost
    Esc Back  / Search  Up/Down/PgUp/PgDn Scroll  + - Zoom  y Copy  k Kill  K Close                                                                                                                                                                    1-58/70
    """

  static let wide40 = """
     10.0.0.5:40000 → 192.0.2.1:443  ESTAB …
     The peer takes data too slowly.

    Received    ▆▅▅▄▆▅▅▄▅▅▄▄▅▅▄▄▅▅▄ 478B/s
    Sent        ▅▅▅▄▅▅▅▄▅▅▄▄▅▅▄▄▅▅▄ 0.98M/s
    RTT         ▆▆▆▆▆▇▇▇▇▇▇▇▇▇▇▇▇██ 47.6ms
    Retransmits ▁▁▁▁▁▁▁▁▇▁▁▁▁▁▁▁▁▁▁ 0

    ─ Why it is slow ───────────────────────
    Esc Back  / Search  K Close      1-8/174
    """

  static let ascii = """
     10.0.0.5:40000 -> 192.0.2.1:443  ESTAB  curl 1234  netns web          12:05:00
     The peer takes data too slowly.

    Received  478B/s  peak 694B/s            Sent  0.98M/s  peak 1.26M/s
       1K|.  :.  :. -:. -:. -:. :.  :.  :.      2M|.  :.  .. :.. :.. :.. :.  :.  :.
        0|##*###*##################*###*###      0|##*###*##########################
         +------------- -15s ---------- now       +------------- -15s ---------- now

    RTT  47.6ms  peak 47.6ms                 Retransmits  0  peak 4
     50ms|..::::::-------======++++++******      5|                      =
        0|#################################      0|.....*................#..........
         +------------- -15s ---------- now       +------------- -15s ---------- now

    - Why it is slow ---------------------------------------------------------------
     last 1.0s      ##################-------  # 71.0%  = 0%     - 29.0%  . 0%
     since opening  ########-----------......  # 31.0%  = 0.8%   - 45.5%  . 22.8%
                    # peer's window full  = send buffer full  - in flight  . idle
      71.0% peer's window: the peer's receive window (snd_wnd 64.0K) was full for
            this share of the last 1.0s, and it took 1.20M/s: the peer reads too
            slowly, or its buffer is too small. Look at Recv-Q and
            net.ipv4.tcp_rmem there.
       0.2% loss: 2 of 870 data segments were retransmitted, ca_state is Recovery:
            packets or their ACKs are lost on the path. Look for a full queue or a
    Esc Back  / Search  Up/Down Scroll  + - Zoom  y Copy  k Kill  K Close   1-22/116
    """

  static let listener = """
     [::]:443  LISTEN  nginx 4321  netns host                                                                      12:05:00
     The process accepts connections too slowly.

    ─ Why it is slow ───────────────────────────────────────────────────────────────────────────────────────────────────────
       100% accept queue: 129 of 128 accept-queue slots are in use (Recv-Q, Send-Q). New connections are dropped. nginx
            does not call accept often enough. Give it more threads, or a larger backlog (net.core.somaxconn).

    ─ Connection ─────────────────────────  ─ Owner ──────────────────────────────  ─ Accept queue and memory ────────────
     direction       -                       process         nginx  4321             Recv-Q          129
     netns           host  4026531840        user            root  0                 Send-Q          128
     opened          11:00:00                known by        listen                  skmem r         0B
     age             1h05m                   started         1h05m                   skmem rb        0B
     sk              1                       threads         -                       skmem t         0B
     local           [::]:443                open files      -                       skmem tb        0B
                                             command         /usr/bin/nginx          skmem f         0B
                                             executable      -                       skmem w         0B
                                             directory       -                       skmem o         0B
                                             cgroup          -                       skmem bl        0B
                                             parents         -                       skmem d         0

                                                                                    ─ Congestion control ─────────────────
                                                                                     algorithm       cubic

    Esc Back  / Search  Up/Down/PgUp/PgDn Scroll  + - Zoom  y Copy  k Kill  K Close                                  1-22/27
    """

  static let refused = """
     [2001:db8::1]:40002 → [2001:db8:1…:1234:5678]:8080  closed: refused …
     local           [2001:db8::1]:40002
     remote          [2001:db8:1234:5678:9abc:def0:1234:5678]:8080

    ─ Owner ────────────────────────────────────────────────────────────────────────
     process         postgres-proxy  900     started         1h05m
     user            root  0                 threads         -
     known by        connect                 open files      -
     command         /usr/bin/postgres-proxy
     executable      -
     directory       -
     cgroup          -
     parents         -

    ─ Last figures ─────────────────────────────────────────────────────────────────
     bytes_sent      0B                      rttvar          -
     bytes_received  0B                      minrtt          -
     segs_out        0                       cwnd            0 segments
     segs_in         0                       Recv-Q          0B
     retrans         0                       Send-Q          0B
     rtt             -                       notsent         0B

    ─ Commands ─────────────────────────────────────────────────────────────────────
    Esc Back  / Search  Up/Down Scroll  + - Zoom  y Copy  k Kill  K Close   18-39/42
    """
}
