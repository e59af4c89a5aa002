internal import CLibbpf
import Glibc

/// What the running kernel allows beyond the least that is needed.
struct KernelFeatures: Sendable {
  /// Whether an address can be given a type (`bpf_rdonly_cast`, Linux 6.2), which halves the cost
  /// of a pass.
  let typedCast: Bool
  /// Whether programs can be attached to the end of kernel functions (fexit).
  let functionHooks: Bool
  /// Whether a task can be taken off its CPU in the middle of a tracepoint's program.
  let preemptsPrograms = Kernel.isPreemptible(Kernel.release)
  /// Those of the functions of `OptionalProgram` and `DatagramMethod` that the kernel has.
  private let functions: Set<String>
  /// How many arguments each tracepoint has that a program could be attached to.
  private let tracepoints: [String: Int]
  /// Why a reset was sent, and why a packet was dropped.
  let resetReasons: ReasonNames
  let dropReasons: ReasonNames

  /// How many arguments a tracepoint has; 0 where there is no such tracepoint.
  func arguments(of tracepoint: String) -> Int { tracepoints[tracepoint] ?? 0 }

  /// Whether a program can be attached to a function that one of our programs hooks.
  func canHook(_ name: String) -> Bool { functionHooks && functions.contains(name) }

  /// Asks the kernel. To read its types takes 10 to 20 ms, so it is done once for all.
  init() {
    let types = btf__load_vmlinux_btf()
    resetReasons = .resets(in: types)
    dropReasons = .drops(in: types)
    guard let btf = types else {
      typedCast = false
      functionHooks = false
      functions = []
      tracepoints = [:]
      return
    }
    defer { btf__free(btf) }
    let function: UInt32 = 12  // BTF_KIND_FUNC, which is imported twice
    typedCast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", function) > 0
    let known = Set(
      OptionalProgram.all.compactMap(\.tracepoint) + OptionalArgument.all.map(\.tracepoint)
    )
    tracepoints = Dictionary(
      uniqueKeysWithValues: known.map { ($0, Self.arguments(of: $0, btf)) }
    )
    let hooked =
      OptionalProgram.all.compactMap(\.function)
      + DatagramMethod.all.flatMap(\.programs).compactMap(\.function)
    functions = Set(hooked.filter { btf__find_by_name_kind(btf, $0, function) > 0 })
    let accept = btf__find_by_name_kind(btf, "inet_accept", function)
    functionHooks = accept > 0 && Self.canAttach(to: UInt32(accept))
  }

  /// From the type of the functions that the tracepoint calls, whose first argument is their own.
  private static func arguments(of tracepoint: String, _ btf: OpaquePointer) -> Int {
    let alias: UInt32 = 8  // BTF_KIND_TYPEDEF
    let id = btf__find_by_name_kind(btf, "btf_trace_\(tracepoint)", alias)
    // A typedef of a pointer to a function.
    guard id > 0, let typedef = btf__type_by_id(btf, UInt32(id)),
      let pointer = btf__type_by_id(btf, typedef.pointee.type),
      let function = btf__type_by_id(btf, pointer.pointee.type)
    else { return 0 }
    return max(0, Int(function.pointee.info & 0xffff) - 1)
  }

  /// Tries it with a program that does nothing: a kernel can refuse to load one or to attach it.
  private static func canAttach(to function: UInt32) -> Bool {
    // r0 = 0; exit
    let instructions = [
      bpf_insn(code: 0xb7, dst_reg: 0, src_reg: 0, off: 0, imm: 0),
      bpf_insn(code: 0x95, dst_reg: 0, src_reg: 0, off: 0, imm: 0),
    ]
    var options = bpf_prog_load_opts()
    options.sz = MemoryLayout<bpf_prog_load_opts>.size
    options.expected_attach_type = BPF_TRACE_FEXIT
    options.attach_btf_id = function
    let program = bpf_prog_load(
      BPF_PROG_TYPE_TRACING,
      "nettop_probe",
      "GPL",
      instructions,
      instructions.count,
      &options
    )
    guard program >= 0 else { return false }
    defer { close(program) }
    let link = bpf_raw_tracepoint_open(nil, program)
    guard link >= 0 else { return false }
    close(link)
    return true
  }
}
