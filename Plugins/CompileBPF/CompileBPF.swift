import Foundation
import PackagePlugin

/// Compiles the BPF programs of a target (`*.bpf.c`) with the toolchain's clang and embeds the
/// objects, so that the product needs no file beside it. A change of any header of the target
/// compiles them again.
@main
struct CompileBPF: BuildToolPlugin {
  /// Instruction sets of objects that have to load on older kernels than the others.
  private static let instructionSets = ["events": "v1"]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? any SourceModuleTarget else { return [] }
    let clang = try context.tool(named: "clang").url
    let work = context.pluginWorkDirectoryURL
    let files = try FileManager.default.contentsOfDirectory(
      at: target.directoryURL,
      includingPropertiesForKeys: nil
    )
    let headers = try FileManager.default
      .subpathsOfDirectory(atPath: target.directoryURL.path)
      .filter { $0.hasSuffix(".h") }
      .sorted()
      .map { target.directoryURL.appending(path: $0) }
    let shared = target.directoryURL.appending(path: "include")

    return files.filter { $0.lastPathComponent.hasSuffix(".bpf.c") }.flatMap { source in
      let name = String(source.lastPathComponent.dropLast(".bpf.c".count))
      let object = work.appending(path: "\(name).bpf.o")
      let instructions = Self.instructionSets[name, default: "v3"]
      let embedded = work.appending(path: "\(name).embedded.c")
      let compile = Command.buildCommand(
        displayName: "Compiling BPF \(name)",
        executable: clang,
        arguments: [
          "-target", "bpf", "-mcpu=\(instructions)", "-O2", "-g", "-Wall", "-Wextra",
          "-Werror",
          // BPF_PROG() has a context that few programs use.
          "-Wno-unused-parameter",
          "-I", shared.path, "-I", target.directoryURL.path,
          "-c", source.path, "-o", object.path,
        ],
        inputFiles: [source] + headers,
        outputFiles: [object]
      )
      let embed = Command.buildCommand(
        displayName: "Embedding BPF \(name)",
        executable: clang,
        arguments: [
          "-E", "-P", "-x", "c", "-Wno-c23-extensions", "--embed-dir=\(work.path)",
          "-DOBJECT=\"\(name).bpf.o\"", "-DNAME=nettop_\(name)_object",
          "-o", embedded.path, target.directoryURL.appending(path: "embed.c.in").path,
        ],
        inputFiles: [object, target.directoryURL.appending(path: "embed.c.in")],
        outputFiles: [embedded]
      )
      return [compile, embed]
    }
  }
}
