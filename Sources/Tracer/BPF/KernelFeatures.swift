internal import CLibbpf
import Glibc

/// What the running kernel allows beyond the least that is needed.
struct KernelFeatures {
  /// Whether an address can be given a type (`bpf_rdonly_cast`, Linux 6.2), which halves the cost
  /// of a pass.
  let typedCast: Bool
  /// Whether programs can be attached to the end of kernel functions (fexit).
  let functionHooks: Bool

  /// Asks the kernel.
  init() {
    guard let btf = btf__load_vmlinux_btf() else {
      typedCast = false
      functionHooks = false
      return
    }
    defer { btf__free(btf) }
    let function: UInt32 = 12  // BTF_KIND_FUNC, which is imported twice
    typedCast = btf__find_by_name_kind(btf, "bpf_rdonly_cast", function) > 0
    let accept = btf__find_by_name_kind(btf, "inet_accept", function)
    functionHooks = accept > 0 && Self.canAttach(to: UInt32(accept))
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
