internal import CLibbpf
internal import CTracer
import Connections
import SystemPackage

/// The BPF object with as much of it loaded as this kernel takes: what it refuses is left out, and
/// said to be.
struct KernelObject {
  /// How much room there is to be.
  struct Sizes {
    /// Slots for sockets.
    let table: TableSize
    /// Bytes for final records, a power of two and at least a page.
    let endedBytes: Int
    /// Of UDP; `nil` if it is not to be followed.
    let flows: DatagramPrograms.Limits?
    /// The inode of the PID namespace of the reported PIDs; `nil` for the host's.
    var pidNamespace: UInt32?
  }

  let object: BPFObject
  let table: SocketTable
  /// The program that passes over all sockets.
  let pass: String
  /// The programs that see changes of state, in their order.
  let stateChanges: [String]
  /// The optional programs that this kernel runs.
  let optional: OptionalPrograms
  /// How datagrams are counted, and by what.
  let udp: SourceHealth.UDPMethod
  let datagrams: DatagramPrograms?
  /// Why UDP is not followed; `nil` where it is.
  let withoutUDP: Limitation?
  /// What the kernel has.
  let features: KernelFeatures

  init(_ sizes: Sizes) throws(Errno) {
    let loader = Loader(sizes)
    features = loader.features
    pass = loader.pass
    stateChanges = loader.stateChanges
    var loaded: (Loader.Loaded, DatagramPrograms, SourceHealth.UDPMethod)?
    var refusals: [String] = []
    if let limits = sizes.flows {
      for method in DatagramMethod.all where loaded == nil {
        guard
          let programs = method.possible(
            hasHooks: features.functionHooks,
            canHook: features.canHook
          )
        else { continue }
        do throws(UDPUnavailable) {
          loaded = try Self.count(method, .init(programs: programs, limits: limits), loader)
        } catch {
          refusals.append(error.reason)
        }
      }
    }
    if let (programs, datagrams, udp) = loaded {
      (object, table, optional) = (programs.object, programs.table, programs.optional)
      (self.datagrams, self.udp) = (datagrams, udp)
      withoutUDP = nil
      return
    }
    let programs = try loader.load(nil)
    (object, table, optional) = (programs.object, programs.table, programs.optional)
    datagrams = nil
    udp = .off
    withoutUDP =
      sizes.flows == nil
      ? .withoutUDP
      : Limitation(
        what: "UDP",
        remedy: refusals.joined(separator: "; "),
        extent: .connections("udp")
      )
  }

  /// Tries a method of counting UDP: a kernel can refuse to load its programs or to attach them.
  private static func count(
    _ method: DatagramMethod,
    _ choice: DatagramPrograms.Choice,
    _ loader: Loader
  ) throws(UDPUnavailable) -> (Loader.Loaded, DatagramPrograms, SourceHealth.UDPMethod) {
    let root = method.name == .cgroup ? try CgroupRoot() : nil
    do throws(Errno) {
      let loaded = try loader.load(choice)
      let datagrams = try DatagramPrograms(loaded.object, choice.programs, root)
      try datagrams.follow(true)
      return (loaded, datagrams, method.name)
    } catch {
      if error.isShortageOfFiles {
        throw UDPUnavailable(reason: "\(Kernel.shortage): \(OpenFiles.cure(error))")
      }
      let said = ([error.description] + LibbpfLog.take().suffix(1)).joined(separator: "; ")
      throw UDPUnavailable(
        reason: "the kernel (\(Kernel.release)) refused \(method.what),"
          + " please report it (\(said))"
      )
    }
  }
}
