/// Screens as they have to be, from the batches of `Sample`.
enum ExpectedScreen {
  static let wide80 = """
     nettop  example                                                12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s      closed 2/s             1-6 of 6 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 5 of 131,072 sockets, pass 1.3ms, scan 31.0ms, CPU 2.5%, memory 20.5M
          PID PROCESS      REMOTE                STATE      RX/s▼ TX/s▼    RTT  RETR
         1234 curl         192.0.2.1:443         ESTAB      1.23M 9.77K 14.1ms     5
    ×    1234 curl         127.0.0.1:80          refused     512B 20.0K   40µs     0
           77 sshd         [2001:d…4:5678]:51234 ESTAB         0B    0B  850µs     0
         4321 nginx        10.1.0.9:60000        CLOSE-WAIT    0B    0B  350ms    12
    ×       - -            192.0.2.1:443         fin           0B    0B      -     0
    +     900 postgres-pr… 198.51.100.7:5432     SYN-SENT      0B    0B      -     0
    (12 blank lines)
    F1 Help  / Text  p PID  n Netns  > Sort  I Invert  Z Pause  q Quit
    """

  static let wide120 = """
     nettop  example                                                                                        12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s      closed 2/s                                                     1-6 of 6 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 5 of 131,072 sockets, pass 1.3ms, scan 31.0ms, CPU 2.5%, memory 20.5M
          PID PROCESS         NETNS      LOCAL             REMOTE                STATE       RX/s▼ TX/s▼    RTT  RETR    AGE
         1234 curl            host       10.0.0.5:40000    192.0.2.1:443         ESTAB       1.23M 9.77K 14.1ms     5      -
    ×    1234 curl            host       127.0.0.1:40002   127.0.0.1:80          refused      512B 20.0K   40µs     0     0s
           77 sshd            host       [2001:db8::1]:22  [2001:d…4:5678]:51234 ESTAB          0B    0B  850µs     0      -
         4321 nginx           web        10.1.0.2:8080     10.1.0.9:60000        CLOSE-WAIT     0B    0B  350ms    12      -
    ×       - -               4026532200 10.0.0.5:40000    192.0.2.1:443         fin            0B    0B      -     0      -
    +     900 postgres-proxy  host       10.0.0.5:40001    198.51.100.7:5432     SYN-SENT       0B    0B      -     0     0s
    (28 blank lines)
    F1 Help  / Text  p PID  n Netns  > Sort  I Invert  Z Pause  q Quit
    """

  static let wide200 = """
     nettop  example                                                                                                                                                                        12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s      closed 2/s                                                                                                                                     1-6 of 6 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 5 of 131,072 sockets, pass 1.3ms, scan 31.0ms, CPU 2.5%, memory 20.5M
          PID USER       PROCESS         NETNS        DIR  LOCAL                         REMOTE                       STATE       RX/s▼ TX/s▼    RX    TX    RTT   ±RTT  RETR    AGE COMMAND
         1234 ann        curl            host         out  10.0.0.5:40000                192.0.2.1:443                ESTAB       1.23M 9.77K 6.00M  127K 14.1ms  3.5ms     5      - curl https://example.o…
    ×    1234 ann        curl            host         out  127.0.0.1:40002               127.0.0.1:80                 refused      512B 20.0K  512B 20.0K   40µs   10µs     0     0s curl https://example.o…
           77 root       sshd            host         in   [2001:db8::1]:22              [2001:db8:1…1234:5678]:51234 ESTAB          0B    0B 8.79K 6.84K  850µs  212µs     0      - sshd: ann [priv]
         4321 33         nginx           web          in   10.1.0.2:8080                 10.1.0.9:60000               CLOSE-WAIT     0B    0B   77B    0B  350ms 87.5ms    12      - nginx: worker process
    ×       - -          -               4026532200   -    10.0.0.5:40000                192.0.2.1:443                fin            0B    0B    0B    0B      -      -     0      - -
    +     900 postgres   postgres-proxy  host         out  10.0.0.5:40001                198.51.100.7:5432            SYN-SENT       0B    0B    0B    0B      -      -     0     0s /usr/bin/postgres-proxy
    (38 blank lines)
    F1 Help  / Text  p PID  n Netns  > Sort  I Invert  Z Pause  q Quit
    """

  static let wide250 = """
     nettop  example                                                                                                                                                                                                                          12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s      closed 2/s                                                                                                                                                                                       1-6 of 6 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 5 of 131,072 sockets, pass 1.3ms, scan 31.0ms, CPU 2.5%, memory 20.5M
          PID USER       PROCESS         NETNS        DIR  LOCAL                     REMOTE                   STATE       RX/s▼ TX/s▼    RX    TX    RTT   ±RTT  MINRTT  RETR  RETR%  PKT-RX  PKT-TX  CWND  RECV-Q  SEND-Q    AGE VIA      COMMAND
         1234 ann        curl            host         out  10.0.0.5:40000            192.0.2.1:443            ESTAB       1.23M 9.77K 6.00M  127K 14.1ms  3.5ms   7.1ms     5  20.0%    4492     130    10      0B   1.37K      - connect  curl https://examp…
    ×    1234 ann        curl            host         out  127.0.0.1:40002           127.0.0.1:80             refused      512B 20.0K  512B 20.0K   40µs   10µs    20µs     0     0%       0      20    10      0B   1.37K     0s connect  curl https://examp…
           77 root       sshd            host         in   [2001:db8::1]:22          [2001:db8…34:5678]:51234 ESTAB          0B    0B 8.79K 6.84K  850µs  212µs   425µs     0      -       6       7    10      0B   1.37K      - accept   sshd: ann [priv]
         4321 33         nginx           web          in   10.1.0.2:8080             10.1.0.9:60000           CLOSE-WAIT     0B    0B   77B    0B  350ms 87.5ms   175ms    12      -       0       0    10      0B   1.37K      - connect  nginx: worker proc…
    ×       - -          -               4026532200   -    10.0.0.5:40000            192.0.2.1:443            fin            0B    0B    0B    0B      -      -       -     0      -       0       0     0      0B      0B      - -        -
    +     900 postgres   postgres-proxy  host         out  10.0.0.5:40001            198.51.100.7:5432        SYN-SENT       0B    0B    0B    0B      -      -       -     0      -       0       0     0      0B      0B     0s connect  /usr/bin/postgres-…
    (48 blank lines)
    F1 Help  / Text  p PID  n Netns  > Sort  I Invert  Z Pause  q Quit
    """

  static let wide40 = """
     nettop  example        12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 C…
    bpf: 5 of 131,072 sockets, pass 1.3ms, …
      PROCESS  REMOTE            RX/s▼ TX/s▼
      curl     192.0.2.1:443     1.23M 9.77K
    × curl     127.0.0.1:80       512B 20.0K
      sshd     [2001…5678]:51234    0B    0B
      nginx    10.1.0.9:60000       0B    0B
    F1 Help  / Text  p PID  n Netns  q Quit
    """

  static let wide20 = """
     nettop  example
    REMOTE
    192.0.2.1:443
    127.0.0.1:80
    F1 Help  q Quit
    """

  static let wide1 = """
    q
    """

  static let prompt = """
     nettop  example                                                12:00:01  up 1s
    RX 1.23M/s  TX 29.8K/s  opened 2/s      closed 2/s             1-2 of 2 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 5 of 131,072 sockets, pass 1.3ms, scan 31.0ms, CPU 2.5%, memory 20.5M
    Filter: pid=1234: 2 rows (Esc clears)
          PID PROCESS      REMOTE                STATE      RX/s▼ TX/s▼    RTT  RETR
         1234 curl         192.0.2.1:443         ESTAB      1.23M 9.77K 14.1ms     5
    ×    1234 curl         127.0.0.1:80          refused     512B 20.0K   40µs     0
    (3 blank lines)
    PID: 1234                                             Enter accepts, Esc cancels
    """

  static let losses = """
     PAUSED  nettop  example                                        12:00:02  up 2s
    RX 0B/s     TX 0B/s     opened 0/s      closed 0/s             1-1 of 1 by RATE▼
    4 connections: 2 ESTAB, 1 SYN-SENT, 1 CLOSE-WAIT; 1 listener
    bpf: 131,072 of 131,072 sockets, pass 0µs, scan 0µs, CPU 0%, memory 0B
    ! 1 end lost, last figures missing: try nice -n -10 nettop
    ! 12 openings missed, the table is full: try a larger --capacity
    Filter: ssh: 1 row (Esc clears)
          PID PROCESS      REMOTE                STATE      RX/s▼ TX/s▼    RTT  RETR
           77 sshd         [2001:d…4:5678]:51234 ESTAB         0B    0B  850µs     0
    (6 blank lines)
    F1 Help  / Text  p PID  n Netns  > Sort  I Invert  Z Pause  q Quit
    """

  static let help = """
     nettop  Help
    Keys
      F1 ? h        this help
      Up k          select the row above
      Down j        select the row below
      PgUp          a page up
      PgDn          a page down
      Home g        the first row
      End G         the last row
      / F3 F4       show what has this text: process, command, user, namespace, add…
      p             show one process, by PID
    Arrows and pages scroll, any other key leaves
    """
}
