import Connections
import Testing

@testable import Tracer

/// What paths of cgroups, as the runtimes make them, say of who made them.
@Suite struct ContainerPathTests {
  private static let a = String(repeating: "0a1b", count: 16)
  private static let b = String(repeating: "9f", count: 32)
  private static let pod = "pod4f1e3a52_0ab1_4c52_8f6e_2f1d6d1c1b11"

  static let cases: [(path: String, runtime: Container.Runtime?, id: String)] = [
    ("/docker/\(a)", .docker, a),
    ("/system.slice/docker-\(a).scope", .docker, a),
    ("/docker/buildx/\(a)", .docker, a),
    ("/ecs/0f3b2c/\(a)", .docker, a),
    ("/system.slice/docker-\(a).scope/init.scope", .docker, a),
    ("/docker/\(a)/system.slice/ssh.service", .docker, a),
    // In one another: the innermost.
    ("/docker/\(a)/docker/\(b)", .docker, b),
    ("/docker/\(a)/kubelet.slice/kubepods.slice/cri-containerd-\(b).scope", .containerd, b),
    ("/docker/\(a)/kubelet/kubepods/burstable/\(pod)/\(b)", .containerd, b),
    (
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-\(pod).slice/"
        + "cri-containerd-\(a).scope", .containerd, a
    ),
    ("/kubepods/besteffort/\(pod)/\(a)", .containerd, a),
    ("/kubepods.slice/kubepods-\(pod).slice/docker-\(a).scope", .docker, a),
    (
      "/system.slice/containerd.service/kubepods-burstable-\(pod).slice:cri-containerd:\(a)",
      .containerd, a
    ),
    ("/system.slice/nerdctl-\(a).scope", .containerd, a),
    ("/kubepods.slice/kubepods-besteffort.slice/\(pod).slice/crio-\(a).scope", .crio, a),
    ("/kubepods/burstable/\(pod)/crio-\(a)", .crio, a),
    ("/kubepods.slice/x.slice/crio-\(a).scope/container", .crio, a),
    ("/machine.slice/libpod-\(a).scope", .podman, a),
    ("/machine.slice/libpod-\(a).scope/container", .podman, a),
    (
      "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(a).scope/container",
      .podman, a
    ),
    ("/libpod_parent/libpod-\(a)", .podman, a),
    ("/lxc/web", .lxc, "web"),
    ("/lxc/web/system.slice/nginx.service", .lxc, "web"),
    ("/lxc.payload.web", .lxc, "web"),
    ("/lxc.payload.web/init.scope", .lxc, "web"),
    ("/machine.slice/machine-web.scope", .machine, "web"),
    (
      "/machine.slice/machine-qemu\\x2d1\\x2ddebian12.scope/libvirt/emulator", .machine,
      "qemu-1-debian12"
    ),
    ("/machine.slice/systemd-nspawn@web\\x2d1.service/payload/init.scope", .machine, "web-1"),
    ("/machine.slice/systemd-nspawn@web.service/supervisor", .machine, "web"),
    ("/system.slice/ssh.service", .systemd, "ssh.service"),
    ("/system.slice/system-getty.slice/getty@tty1.service", .systemd, "getty@tty1.service"),
    ("/user.slice/user-1000.slice/session-3.scope", .systemd, "session-3.scope"),
    (
      "/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-12.scope", .systemd,
      "app-firefox-12.scope"
    ),
    ("/system.slice/foo.service/child", .systemd, "foo.service"),
    ("/init.scope", .systemd, "init.scope"),
    // What watches a container is not in it.
    ("/machine.slice/libpod-conmon-\(a).scope", .systemd, "libpod-conmon-\(a).scope"),
    ("/system.slice/crio-conmon-\(a).scope", .systemd, "crio-conmon-\(a).scope"),
    ("/lxc.monitor.web", nil, ""),
    ("/", nil, ""),
    ("", nil, ""),
    ("/docker", nil, ""),
    ("/docker/\(a.dropLast())", nil, ""),
    ("/docker/\(a.uppercased())", nil, ""),
    ("/\(a)", nil, ""),
    ("/system.slice/docker-\(a)x.scope", .systemd, "docker-\(a)x.scope"),
    ("/machine.slice/machine-.scope", .systemd, "machine-.scope"),
    ("/user.slice", nil, ""),
    ("///..//", nil, ""),
  ]

  @Test(arguments: 0..<cases.count)
  func `each path`(index: Int) {
    let expected = Self.cases[index]
    let found = Container(cgroup: expected.path)
    #expect(found?.runtime == expected.runtime, "\(expected.path)")
    #expect(found?.id ?? "" == expected.id, "\(expected.path)")
    #expect(found?.name == nil)
  }

  @Test func `escapes that are none`() {
    for name in ["a\\x2", "a\\xzz", "a\\", "\\x", "a\\y2d"] {
      #expect(Container(cgroup: "/machine-\(name).scope")?.id == name)
    }
    // No UTF-8, and anything else.
    #expect(Container(cgroup: "/machine-a\\xff\\x1b.scope")?.id == "a\u{fffd}\u{1b}")
  }

  @Test func `of the groups of a process, the one that says most`() {
    func groups(_ text: String) -> ControlGroups { ControlGroups(Array(text.utf8)) }
    let hybrid = groups(
      "0::/\n1:name=systemd:/system.slice/ssh.service\n4:memory:/docker/\(Self.a)\n"
    )
    #expect(hybrid.path == "/system.slice/ssh.service")
    #expect(hybrid.container?.runtime == .docker)
    #expect(groups("4:memory:/a:b\n0::/user.slice\n").path == "/user.slice")
    #expect(groups("4:memory:/a:b\n0::/\n").path == "/a:b")
    #expect(groups("0::/\n").path == "/")
    #expect(groups("0::/\n").container == nil)
    #expect(groups("nonsense\n\n::\n:\n").path == "")
    #expect(groups("").path == nil)
  }
}
