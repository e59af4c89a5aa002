import Glibc
import Testing
import Tracer

@testable import nettop

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

  @Test func theServiceHasTheCapabilitiesOfARecorder() throws {
    let needed = Capability.all.map(\.name)
    let unit = try ServiceUnit()
    #expect(
      unit["AmbientCapabilities"] == needed.filter { $0 != "CAP_KILL" }.joined(separator: " ")
    )
    // The file of the program may have all of them.
    #expect(unit["CapabilityBoundingSet"] == needed.joined(separator: " "))
    #expect(unit["NoNewPrivileges"] == "yes")
  }

  @Test func theServiceHasTheUserThatPackagesMake() throws {
    let unit = try ServiceUnit()
    let users = try Documents.text(of: Documents.path("packaging/nettop.sysusers"))
    let user = try #require(unit["User"])
    let directory = try #require(unit["StateDirectory"])
    #expect(users.contains("\nu \(user) - ") && users.hasSuffix(" /var/lib/\(directory)\n"))
    #expect(unit["StateDirectoryMode"] == "0750")
    #expect(unit["ExecStart"]?.hasPrefix("/usr/bin/nettop record %S/\(directory)/") == true)
  }

  /// Of a setting that systemd does not know, it only warns.
  @Test(.systemd) func theServiceIsWellFormed() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/nettop-record.service"
    let text = try ServiceUnit().text.replacing("/usr/bin/nettop", with: Nettop.path)
    try AtomicFile.write(text, to: path)
    let check = try await Child.run(["systemd-analyze", "verify", "--man=no", path])
    #expect(check.status == 0 && check.text + check.errorText == "")
    // Of 100, which is for a service of root without any restriction.
    let exposure = try await Child.run(
      ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=30", path]
    )
    #expect(exposure.status == 0, "\(exposure.text)")
  }
}

/// `packaging/nettop-record.service`.
private struct ServiceUnit {
  let text: String

  init() throws {
    text = try Documents.text(of: Documents.path("packaging/nettop-record.service"))
  }

  /// The value of a setting that it has once; `nil` if it has it not, or more than once.
  subscript(setting: String) -> String? {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(setting)=") }
    return lines.count == 1 ? String(lines[0].dropFirst(setting.count + 1)) : nil
  }
}

extension Trait where Self == ConditionTrait {
  /// Needs the tools of systemd, not a system that runs it.
  fileprivate static var systemd: Self {
    .enabled(if: access("/usr/bin/systemd-analyze", X_OK) == 0, "systemd-analyze is missing")
  }
}
