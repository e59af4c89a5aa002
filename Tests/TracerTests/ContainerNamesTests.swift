import Connections
import Glibc
import Testing

@testable import Tracer

/// On trees made like those of the runtimes.
@Suite struct ContainerNamesTests {
  private let directory: TemporaryDirectory
  private let id = String(repeating: "0a1b", count: 16)
  private let start = Timestamp(nanoseconds: 0)

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func name(_ runtime: Container.Runtime, _ id: String? = nil) -> String? {
    let container = Container(runtime: runtime, id: id ?? self.id, name: nil)
    return ContainerNames(root: directory.path).named(container, at: start).name
  }

  private func docker(_ text: String) throws {
    try directory.write("var/lib/docker/containers/\(id)/config.v2.json", text)
  }

  @Test func `docker`() throws {
    #expect(name(.docker) == nil)
    try docker(#"{"State":{"Name":"no"},"Args":["Name",{"Name":1}],"Name":"/web-1","Pid":12.5e3}"#)
    #expect(name(.docker) == "web-1")
    try docker(#"{"Name":"/k8s_nginx_web-7d9_default_4f1e_0"}"#)
    #expect(name(.docker) == "web-7d9/nginx")
    try docker(#"{"Name":"/k8s_POD_web-7d9_default_4f1e_0"}"#)
    #expect(name(.docker) == "web-7d9")
  }

  @Test(arguments: [Container.Runtime.podman, .crio])
  func `what containers storage lists`(runtime: Container.Runtime) throws {
    let other = String(repeating: "cd", count: 32)
    try directory.write(
      "var/lib/containers/storage/overlay-containers/containers.json",
      """
      [ {"id": "\(other)", "names": ["other"], "created": "2026-03-01T12:00:00Z"},
        {"id": "\(id)", "names": ["web", "alias"], "metadata": "{\\"a\\": 1}"} ]
      """
    )
    #expect(name(runtime) == "web")
    #expect(name(runtime, other) == "other")
    #expect(name(runtime, String(repeating: "ef", count: 32)) == nil)
  }

  @Test func `containerd, of Kubernetes and of nerdctl`() throws {
    let tasks = "run/containerd/io.containerd.runtime.v2.task"
    try directory.write(
      "\(tasks)/k8s.io/\(id)/config.json",
      """
      {"ociVersion":"1.1.0","annotations":{"io.kubernetes.cri.container-name":"nginx",
       "io.kubernetes.cri.sandbox-name":"web-7d9","io.kubernetes.cri.sandbox-namespace":"shop"}}
      """
    )
    #expect(name(.containerd) == "web-7d9/nginx")
    let other = String(repeating: "cd", count: 32)
    try directory.write(
      "\(tasks)/default/\(other)/config.json",
      #"{"annotations":{"nerdctl/name":"own"}}"#
    )
    #expect(name(.containerd, other) == "own")
  }

  @Test(
    arguments: [
      "", "{", "[]", "null", "{\"Name\"}", "{\"Name\":}", "{\"Name\":\"a", "{\"Name\":\"a\\q\"}",
      "{\"Name\":\"a\"} x", "{\"Name\":\"a\nb\"}", "{\"Name\":\"\\ud83\"}", "{\"Name\":[\"a\"]}",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    ]
  )
  func `a file that is none`(text: String) throws {
    try docker(text)
    #expect(name(.docker) == nil)
  }

  @Test func `text is what it says, whatever that is`() throws {
    try docker(#"{"Name":"/a\u001b[2J\u00e9\ud83d\ude00\"\\\/\n"}"#)
    #expect(name(.docker) == "a\u{1b}[2Jé😀\"\\/\n")
  }

  @Test func `a file that is too large, a directory or a pipe`() throws {
    try docker("{\"Name\":\"a\"}" + String(repeating: " ", count: 1 << 20))
    #expect(name(.docker) == nil)
    let path = "\(directory.path)/var/lib/docker/containers/\(id)/config.v2.json"
    unlink(path)
    mkdir(path, 0o755)
    #expect(name(.docker) == nil)
    rmdir(path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(name(.docker) == nil)
  }

  @Test func `an ID is never a path`() throws {
    try directory.write("var/lib/docker/secret/config.v2.json", #"{"Name":"secret"}"#)
    #expect(name(.docker, "../secret") == nil)
  }

  @Test func `asked for once, and again where there was none`() throws {
    let names = ContainerNames(root: directory.path)
    let container = Container(runtime: .docker, id: id, name: nil)
    func name(_ seconds: Int64) -> String? {
      names.named(container, at: Timestamp(nanoseconds: seconds * 1_000_000_000)).name
    }
    #expect(name(0) == nil)
    try docker(#"{"Name":"/web"}"#)
    #expect(name(1) == nil)
    #expect(name(11) == "web")
    try docker(#"{"Name":"/other"}"#)
    #expect(name(100) == "web")
  }
}
