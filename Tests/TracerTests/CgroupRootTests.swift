import Connections
import Testing

@testable import Tracer

@Suite struct CgroupRootTests {
  @Test func `is looked for in the list of mounts`() {
    let mounts = """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
      38 31 0:31 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw
      39 31 0:31 /a /mnt/with\\040blank\\134 rw - cgroup2 none rw
      """
    #expect(CgroupRoot.mountPoints(mounts) == ["/sys/fs/cgroup/unified", "/mnt/with blank\\"])
    #expect(CgroupRoot.mountPoints("") == [])
    #expect(CgroupRoot.mountPoints("38 31 0:31 / - cgroup2 x") == [])
  }
}
