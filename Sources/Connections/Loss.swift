/// What a source, or the reader of a log, has lost of one kind since its start.
package struct Loss: Hashable, Sendable {
  /// What can be lost. The raw value is the word for it in JSON.
  package enum Kind: String, CaseIterable, Sendable {
    /// Lines that the reader of a log did not take in time.
    case reader
    /// Lines of a log that its file did not take: its disk was full, or failed.
    case file
    /// Ends whose record found no room in the kernel's buffer: their final figures are lost. The
    /// connection is reported as closed, with the figures last read and the reason `unknown`, if a
    /// batch had it; if none had, nothing is reported of it.
    case ends
    /// Likewise, but for a reason that is not known: no program saw these ends, or their record went
    /// astray.
    case missed
    /// Ends that came faster than batches were asked for, more than are kept until then; of a log,
    /// events that came faster than it could put them in order.
    case surplus
    /// Ends that no program saw: the kernel ran none at that moment. Each connection is reported as
    /// closed (`Connection.End.isUnseen`).
    case unseen
    /// Ends in network namespaces whose sockets are not read: those that cannot be entered, and those
    /// that are younger than a sample. Nothing else is reported of these connections.
    case unread
    /// Sockets that found no room in the table: each that opened, and each that the first search met
    /// in its namespace. Such a socket is found again by a later search or reported at its end.
    case openings
    /// Datagrams that found no room for a flow of their own: they are in the figures of their socket.
    case datagrams
    /// Datagrams that are in no figure: their socket found no room in the table, or the kernel left
    /// the program out that counts them (`bpf_prog_info.recursion_misses`).
    case uncounted
    /// Batches for which the kernel refused a part of the work, a pass or a search. What they lack is
    /// in a later one.
    case passes
    /// Packets dropped whose reason was not counted: there was no room for it, or the program ran
    /// already on that CPU (`bpf_prog_info.recursion_misses`), which counts those of other sockets
    /// too.
    case dropReasons = "drop_reasons"
    /// Events of connections: who opened or closed these, when and why is not known. Their figures are, but
    /// a FIN can count as a byte received.
    case events
    /// Processes that hold a socket beside its owner and are not listed with it: the last search
    /// found more than there is room for.
    case holders
    /// Connections of which it is not known whether their destination is new: as many destinations as
    /// are kept are known.
    case destinations
    /// Seconds of a recording in which nothing was recorded, between what was: what opened and closed in
    /// them is in none of its batches.
    case gap
  }

  package let kind: Kind
  /// How many, since the start.
  package var count: UInt64

  package init(_ kind: Kind, _ count: UInt64) {
    self.kind = kind
    self.count = count
  }
}

extension Loss.Kind {
  /// What is counted, of one: `end`.
  package var noun: String {
    switch self {
    case .reader, .file, .surplus: "event"
    case .ends, .missed, .unseen, .unread: "end"
    case .openings: "socket"
    case .datagrams, .uncounted: "datagram"
    case .passes: "pass"
    case .dropReasons: "dropped packet"
    case .holders: "process"
    case .destinations: "connection"
    case .events: "event"
    case .gap: "second"
    }
  }

  /// What happened to them, and why: what follows the number and the noun.
  package var cause: String {
    switch self {
    case .reader: "dropped: the reader is too slow"
    case .file: "not written: the disk was full, or failed"
    case .ends: "lost: the kernel's buffer was full"
    case .missed: "lost: unseen by every program, or the record went astray"
    case .surplus: "lost: too many came at once"
    case .unseen: "not seen: the kernel ran no program at that moment"
    case .unread: "not reported: their network namespace is not read, or was too young"
    case .openings: "not followed: the table is full"
    case .datagrams: "not counted per flow: the flow table is full"
    case .uncounted: "not counted at all: no room, or the program was interrupted"
    case .passes: "failed: the kernel refused; a later one catches up"
    case .dropReasons: "counted without a reason"
    case .holders: "with a shared socket not listed: too many"
    case .destinations: "not checked for new_destination: too many destinations are known"
    case .events: "lost: too many came at once, or the kernel ran no program"
    case .gap: "not recorded"
    }
  }

  /// What to do about it; `nil` where nothing helps.
  package var remedy: String? {
    switch self {
    case .reader: "try a larger --queue"
    case .ends, .surplus: "try nice -n -10 nettop"
    case .openings, .datagrams: "try a larger --capacity"
    case .missed, .passes: "if this continues, please report it with the output of nettop doctor"
    case .file, .unseen, .unread, .uncounted, .dropReasons, .holders, .destinations, .gap: nil
    case .events: "try nice -n -10 nettop"
    }
  }

  /// Its place among all kinds, which every output lists in the same order.
  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether a row or an event is missing, or has wrong figures, and nothing else says so. The others
  /// leave a mark where they are: an end that was not seen has a line of its own.
  package var isAlarming: Bool {
    switch self {
    case .unseen, .dropReasons, .holders, .events, .destinations: false
    case .reader, .file, .ends, .missed, .surplus, .unread, .openings, .datagrams, .uncounted,
      .passes, .gap:
      true
    }
  }
}
