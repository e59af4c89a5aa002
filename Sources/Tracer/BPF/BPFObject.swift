internal import CLibbpf
import Glibc
import SystemPackage

/// A BPF object: its programs and maps. Ends with its last link and reference; nothing is pinned.
///
/// The kernel checks programs one after the other, which takes most of the time of a start. An object
/// in several parts has a thread for each of them, and `load` is told which loads what.
final class BPFObject {
  /// Copies of the object: each loads programs of its own, and all have the maps of the first.
  private let parts: [OpaquePointer]
  /// What the chunks of each array of maps are like.
  private let chunks: [String: ChunkedMap.Chunk]
  /// Which part loads a program; those that are not here, the first does.
  private var places: [String: Int] = [:]
  private var hasMaps = false

  /// Reads an object file from memory, without asking the kernel yet.
  ///
  /// - Parameter parts: how many threads are to load it; each part opens its maps again.
  init(bytes: UnsafeRawPointer, size: Int, name: String, parts: Int = 1) throws(Errno) {
    var opened: [OpaquePointer] = []
    for _ in 0..<max(parts, 1) {
      var options = bpf_object_open_opts()
      options.sz = MemoryLayout<bpf_object_open_opts>.size
      let part = name.withCString { name in
        options.object_name = name
        return bpf_object__open_mem(bytes, size, &options)
      }
      guard let part else {
        let error = errno
        for part in opened { bpf_object__close(part) }
        throw Errno(rawValue: error)
      }
      opened.append(part)
    }
    self.parts = opened
    chunks = ObjectParts.maps(of: opened[0]).reduce(into: [:]) { chunks, map in
      chunks[String(cString: bpf_map__name(map))] = ChunkedMap.Chunk(of: map)
    }
  }

  deinit {
    for part in parts { bpf_object__close(part) }
  }

  /// Creates the maps, unless `createMaps` has, and has the verifier check the programs.
  ///
  /// - Parameter distribute: in which part each of these programs is loaded, of so many.
  func load(
    _ distribute: ([String], _ parts: Int) -> [String: Int] = { _, _ in [:] }
  ) throws(Errno) {
    if parts.count > 1 {
      let programs = ObjectParts.programs(of: parts[0]).filter { bpf_program__autoload($0) }
      let names = programs.map { String(cString: bpf_program__name($0)) }
      let places = distribute(names, parts.count)
      for name in names { self.places[name] = places[name] ?? 0 }
      for (index, part) in parts.enumerated() {
        for program in ObjectParts.programs(of: part) {
          let place = self.places[String(cString: bpf_program__name(program))]
          bpf_program__set_autoload(program, place == index)
        }
      }
    }
    try createMaps()
    let failures = ObjectParts.load(parts)
    if let failure = failures.first { throw failure }
  }

  /// Creates the maps, where that is not left to libbpf: they can be filled before the programs are
  /// loaded. After `resize` and `leaveOut`.
  func createMaps() throws(Errno) {
    // Libbpf would give an array of maps an example with types, which Linux 6.1 takes for another kind
    // than chunks without.
    if !hasMaps, parts.count > 1 || !chunks.isEmpty { try shareMaps() }
    hasMaps = true
  }

  /// Creates the maps, and gives all of them to each part. Sections of constants stay each part's own;
  /// those of data have to begin with zeros.
  private func shareMaps() throws(Errno) {
    for map in ObjectParts.maps(of: parts[0]) {
      let isConstant = bpf_map__map_flags(map) & UInt32(BPF_F_RDONLY_PROG) != 0
      guard !isConstant, bpf_map__autocreate(map) else { continue }
      var options = bpf_map_create_opts()
      options.sz = MemoryLayout<bpf_map_create_opts>.size
      options.map_flags = bpf_map__map_flags(map)
      // Those that are added later have to be like it.
      let example = try chunks[String(cString: bpf_map__name(map))]?.create()
      defer { if let example { close(example) } }
      if let example { options.inner_map_fd = UInt32(example) }
      let created = bpf_map_create(
        bpf_map__type(map),
        bpf_map__name(map),
        bpf_map__key_size(map),
        bpf_map__value_size(map),
        bpf_map__max_entries(map),
        &options
      )
      guard created >= 0 else { throw Errno(rawValue: errno) }
      // Each part keeps a descriptor of its own.
      defer { close(created) }
      for part in parts {
        guard let own = bpf_object__find_map_by_name(part, bpf_map__name(map)) else { continue }
        let result = bpf_map__reuse_fd(own, created)
        if result != 0 { throw Errno(rawValue: -result) }
      }
    }
  }

  func map(_ name: String) throws(Errno) -> OpaquePointer {
    guard let map = bpf_object__find_map_by_name(parts[0], name) else {
      throw .noSuchFileOrDirectory
    }
    return map
  }

  /// An array of maps. After `createMaps`.
  func chunked(_ name: String) throws(Errno) -> ChunkedMap {
    guard let chunk = chunks[name] else { throw .invalidArgument }
    return ChunkedMap(try map(name), of: chunk)
  }

  func program(_ name: String) throws(Errno) -> OpaquePointer {
    let part = parts[places[name] ?? 0]
    guard let program = bpf_object__find_program_by_name(part, name) else {
      throw .noSuchFileOrDirectory
    }
    return program
  }

  /// Sets how many entries a map has. Before the maps are created.
  func resize(_ name: String, to entries: Int) throws(Errno) {
    let result = bpf_map__set_max_entries(try map(name), UInt32(clamping: entries))
    if result != 0 { throw Errno(rawValue: -result) }
  }

  /// What the kernel takes for the entries of all maps, in bytes; a ring buffer counts its room. The
  /// chunks of arrays of maps are left out.
  var mapBytes: UInt64 {
    ObjectParts.maps(of: parts[0]).reduce(0) { bytes, map in
      let entry = max(bpf_map__key_size(map) + bpf_map__value_size(map), 1)
      return bytes + UInt64(entry) * UInt64(bpf_map__max_entries(map))
    }
  }

  /// How many entries a map has.
  func entries(_ name: String) throws(Errno) -> UInt32 {
    bpf_map__max_entries(try map(name))
  }

  /// Sets the constants that the programs see under this section name. Before `load`.
  func setConstants<Value: BitwiseCopyable>(_ section: String, _ value: Value) throws(Errno) {
    for part in parts {
      guard let map = bpf_object__find_map_by_name(part, section) else {
        throw .noSuchFileOrDirectory
      }
      let result = withUnsafeBytes(of: value) {
        bpf_map__set_initial_value(map, $0.baseAddress, $0.count)
      }
      if result != 0 { throw Errno(rawValue: -result) }
    }
  }

  /// Has `load` load a program that is optional, or leave one out. Before `load`.
  func enable(_ name: String, _ enabled: Bool) throws(Errno) {
    bpf_program__set_autoload(try program(name), enabled)
  }

  /// Has `load` leave out a map that none of the loaded programs uses. Before the maps are created.
  func leaveOut(map name: String) throws(Errno) {
    bpf_map__set_autocreate(try map(name), false)
  }

  /// Attaches a program where its section says. After `load`.
  func attach(_ name: String) throws(Errno) -> BPFLink {
    guard let link = bpf_program__attach(try program(name)) else { throw Errno(rawValue: errno) }
    return BPFLink(link)
  }

  /// Attaches a program to a cgroup and all below it. After `load`.
  func attach(_ name: String, cgroup: Int32) throws(Errno) -> BPFLink {
    guard let link = bpf_program__attach_cgroup(try program(name), cgroup) else {
      throw Errno(rawValue: errno)
    }
    return BPFLink(link)
  }

  /// Attaches a program to an event of `perf_event_open(2)`, such as that of a tracepoint. The event
  /// ends with the link, or at once if it cannot be attached. After `load`.
  func attach(_ name: String, event: Int32) throws(Errno) -> BPFLink {
    do throws(Errno) {
      guard let link = bpf_program__attach_perf_event(try program(name), event) else {
        throw Errno(rawValue: errno)
      }
      return BPFLink(link)
    } catch {
      close(event)
      throw error
    }
  }

  /// An entry of an array map of 64-bit numbers; 0 where there is none. After `load`.
  func number(_ map: String, at index: UInt32 = 0) -> UInt64 {
    guard let map = try? self.map(map), bpf_map__value_size(map) == 8 else { return 0 }
    var index = index
    var number: UInt64 = 0
    return bpf_map_lookup_elem(bpf_map__fd(map), &index, &number) == 0 ? number : 0
  }

  /// The value of a key; `nil` if the map has none. After `load`.
  func value<Key: BitwiseCopyable, Value: BitwiseCopyable>(_ name: String, of key: Key) -> Value? {
    guard let map = try? map(name), bpf_map__key_size(map) == MemoryLayout<Key>.size,
      bpf_map__value_size(map) == MemoryLayout<Value>.size
    else { return nil }
    return withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { value in
      var key = key
      guard let address = value.baseAddress,
        bpf_map_lookup_elem(bpf_map__fd(map), &key, address) == 0
      else { return nil }
      return address.pointee
    }
  }

  /// The names of all maps: those that are declared, and those of sections of global data.
  var mapNames: [String] {
    ObjectParts.maps(of: parts[0]).map { String(cString: bpf_map__name($0)) }
  }

  /// How often the kernel did not run a program as it ran already on that CPU
  /// (`bpf_prog_info.recursion_misses`). After `load`.
  func skipped(_ name: String) -> UInt64 {
    guard let program = try? program(name) else { return 0 }
    var info = bpf_prog_info()
    var size = UInt32(MemoryLayout<bpf_prog_info>.size)
    let result = bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size)
    return result == 0 ? info.recursion_misses : 0
  }

  /// Runs a program of the section `syscall` to its end. After `load`.
  func run(_ name: String) throws(Errno) {
    var options = bpf_test_run_opts()
    options.sz = MemoryLayout<bpf_test_run_opts>.size
    let result = bpf_prog_test_run_opts(bpf_program__fd(try program(name)), &options)
    if result != 0 { throw Errno(rawValue: -result) }
  }
}

/// An attached program: detached when this ends.
final class BPFLink {
  private let link: OpaquePointer

  fileprivate init(_ link: OpaquePointer) {
    self.link = link
  }

  deinit {
    bpf_link__destroy(link)
  }

  /// Visits everything that an iterator program iterates over. The program writes nothing to the
  /// file: one read drives the whole iteration, except for a pause after each million of objects.
  func iterate() throws(Errno) {
    let fd = bpf_iter_create(bpf_link__fd(link))
    guard fd >= 0 else { throw Errno(rawValue: errno) }
    defer { close(fd) }
    var byte: UInt8 = 0
    while true {
      let got = read(fd, &byte, 1)
      if got == 0 { return }
      if got < 0, errno != EAGAIN, errno != EINTR { throw Errno(rawValue: errno) }
    }
  }
}
