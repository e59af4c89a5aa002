import Testing
import Tracer

/// What is installed agrees with the program.
struct PackagingTests {
  @Test func theGroupGetsTheCapabilitiesThatTheProgramNeeds() throws {
    let script = try Documents.text(of: Documents.path("packaging/install-caps"))
    let lists = script.split(separator: "\n").filter {
      $0.hasPrefix("newer=") || $0.hasPrefix("older=")
    }
    let given = lists.flatMap { $0.dropFirst("newer=".count).split(separator: ",") }
    #expect(given.map { $0.uppercased() } == Capability.all.map(\.name))
  }

  @Test func thePackageNamesTheCapabilities() throws {
    let document = try Documents.text(of: Documents.path("packaging/deb/README.Debian"))
    for capability in Capability.all {
      #expect(document.contains(capability.name.lowercased()), "\(capability.name)")
    }
  }

  /// Completions are installed as the program prints them.
  @Test(arguments: ["bash", "zsh", "fish"])
  func completesEveryCommand(shell: String) async throws {
    let script = try await Nettop.output(["--generate-completion-script", shell])
    for word in ["list", "log", "doctor", "netns", "no-udp", "watch"] {
      #expect(script.contains(word), "\(shell): \(word)")
    }
  }
}
