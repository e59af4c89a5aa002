import Testing

@testable import Tracer

@Suite struct MountTests {
  @Test func `is a line of mountinfo, with any number of optional fields`() {
    let mounts = Mount.all(
      """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
      38 31 0:31 /a /sys/fs/cgroup/unified rw,relatime shared:9 master:2 - cgroup2 cgroup2 rw

      """
    )
    #expect(mounts.map(\.type) == ["tmpfs", "cgroup", "cgroup2"])
    #expect(
      mounts.map(\.point) == ["/sys/fs/cgroup", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/unified"]
    )
    #expect(mounts.map(\.root) == ["/", "/", "/a"])
    #expect(mounts.map(\.options) == [["rw", "mode=755"], ["rw", "cpu"], ["rw"]])
  }

  @Test(arguments: [
    (#"/mnt/with\040blank\134"#, #"/mnt/with blank\"#),
    (#"/a\011b\012c"#, "/a\tb\nc"),
    // What looks like an escape and is none.
    (#"/\0"#, #"/\0"#), (#"/\+40"#, #"/\+40"#), (#"/\089"#, #"/\089"#), (#"/\777"#, #"/\777"#),
    (#"/\134040"#, #"/\040"#), (#"/\303\244"#, "/ä"),
  ])
  func `has its escapes resolved`(escaped: String, path: String) {
    let mounts = Mount.all("39 31 0:31 \(escaped) \(escaped) rw - cgroup2 none rw")
    #expect(mounts.map(\.point) == [path])
    #expect(mounts.map(\.root) == [path])
  }

  @Test(arguments: [
    "", "\n\n", " ", "-", "38 31 0:31 / - cgroup2 x", "38 31 0:31 / /mnt rw -",
    "38 31 0:31 / /mnt rw shared:1 cgroup2 none rw", "38 31 0:31 / /mnt - cgroup2 none rw",
  ])
  func `is left out where a line is none`(text: String) {
    #expect(Mount.all(text) == [])
  }

  @Test func `may have a source without a name, or with a strange one`() {
    let mounts = Mount.all(
      """
      21 1 0:20 / /proc rw - proc  rw,hidepid=2
      22 1 0:21 / /mnt rw - tmpfs \u{301} ro
      1 0 8:1 / / rw - ext4
      """
    )
    #expect(mounts.map(\.type) == ["proc", "tmpfs", "ext4"])
    #expect(mounts.map(\.options) == [["rw", "hidepid=2"], ["ro"], []])
  }

  @Test func `of cgroup v2 is the whole hierarchy rather than a part`() {
    let part = #"30 1 0:26 /kube /mnt/a\040part rw - cgroup2 none rw"#
    let whole = "31 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"
    let first = CgroupMount.first(of: Mount.all("\(part)\n\(whole)"))
    #expect(first?.path == "/sys/fs/cgroup")
    let only = CgroupMount.first(of: Mount.all(part))
    #expect(only?.path == "/mnt/a part")
    #expect(only?.root == "/kube")
    #expect(CgroupMount.first(of: []) == nil)
  }
}
