import Connections
import Samples
import Testing

@testable import Monitor

/// What is told of an owner beyond its name.
struct OwnerFieldTests {
  private static let container = Container(
    runtime: .docker,
    id: String(repeating: "ab", count: 32),
    name: "web"
  )

  private static func owner(
    _ pid: Int32,
    container: Container? = container,
    source: Owner.Source = .listen,
    isLast: Bool = false,
    others: [Int32] = []
  ) -> Owner {
    let process = Process(
      id: Process.ID(pid: pid, startTicks: 1),
      name: "nginx",
      commandLine: "nginx: master",
      uid: 33,
      user: "www-data",
      startedAt: Sample.time(-60),
      gid: 34,
      executable: "/usr/sbin/nginx",
      cgroup: "/docker/x",
      container: container
    )
    return Owner(
      process: process,
      source: source,
      isLast: isLast,
      others: others.map(Sample.process)
    )
  }

  private let model: Model = {
    var model = Model()
    let owners = [
      Self.owner(10, others: [11, 12]), Self.owner(20, container: nil, isLast: true),
      Owner(process: .kernel, source: .kernel), Self.owner(40, container: nil, source: .listener),
    ]
    model.apply(
      Batch(
        time: Sample.time(0),
        deltas: owners.enumerated().map { index, owner in
          .upsert(Sample.connection(UInt64(index + 1), owner: owner))
        },
        namespaces: [],
        health: SourceHealth()
      )
    )
    return model
  }()

  private func row(_ cookie: UInt64) throws -> Row {
    try #require((0..<model.count).compactMap(model.row).first { $0.id.cookie == cookie })
  }

  private func json(_ cookie: UInt64) throws -> String {
    var text = ""
    JSONFormatter().write(model, to: &text)
    let id = try row(cookie).id.description
    return String(try #require(text.split(separator: "\n").first { $0.contains("\"\(id)\"") }))
  }

  @Test func jsonOfHolders() throws {
    let line = try json(1)
    for part in [
      #""gid":34,"executable":"/usr/sbin/nginx","cgroup":"/docker/x","container":"web""#,
      #""container_id":"\#(Self.container.id)","container_runtime":"docker""#,
      #""owner_source":"listen","orphaned":false,"holders":[10,11,12]"#,
    ] {
      #expect(line.contains(part), "\(part)")
    }
  }

  @Test func jsonOfAnOrphan() throws {
    let line = try json(2)
    #expect(line.contains(#""process":"nginx""#))
    #expect(line.contains(#""container":null,"container_id":null,"container_runtime":null"#))
    #expect(line.contains(#""orphaned":true,"holders":[]"#))
  }

  @Test func jsonOfTheKernel() throws {
    let line = try json(3)
    #expect(line.contains(#""pid":null,"process":"[kernel]""#))
    #expect(line.contains(#""uid":null,"user":null,"gid":null"#))
    #expect(line.contains(#""owner_source":"kernel","orphaned":false,"holders":[]"#))
  }

  private func cell(_ id: Column.ID, _ cookie: UInt64, isASCII: Bool = false) throws -> String {
    var presentation = Presentation()
    if isASCII { presentation.graphs = .ascii }
    return Column.with(id).cell(try row(cookie), CellContext(model.table, presentation)).text()
  }

  @Test func cells() throws {
    #expect(try cell(.process, 1) == "nginx")
    #expect(try cell(.process, 2) == "nginx†")
    #expect(try cell(.process, 2, isASCII: true) == "nginx~")
    #expect(try cell(.process, 3) == "[kernel]")
    #expect(try cell(.process, 4) == "nginx?")
    #expect(try cell(.pid, 3) == "-")
    #expect(try cell(.user, 3) == "-")
    #expect(try cell(.container, 1) == "web")
    #expect(try cell(.container, 2) == "-")
    #expect(try cell(.gid, 1) == "34")
    #expect(try cell(.executable, 1) == "/usr/sbin/nginx")
  }

  @Test(arguments: [
    ("container=web", [1]), ("container=WEB", [1]), ("container~^w", [1]), ("web", [1]),
    ("container_id=abab*", [1]), ("container_runtime=docker", [1]), ("holders=12", [1]),
    ("holders=10", [1]), ("pid=12", [1]), ("pid=12,40", [1, 4]), ("pid>=12", [1, 2, 4]),
    ("holders>=20", [4]), ("process=p12", [1]), ("process!=p12", [2, 3, 4]),
    ("p12", [1]), ("gid=34", [1, 2, 4]),
    ("orphaned=true", [2]), ("orphaned=false", [1, 3, 4]), ("process=nginx", [1, 2, 4]),
    ("process=[kernel]", [3]), ("owner_source=kernel", [3]), ("uid=0", [1]), ("uid=33", [1, 2, 4]),
    ("pid=0", []),
    ("cgroup=/docker/*", [1, 2, 4]),
    ("executable=*/nginx", [1, 2, 4]),
  ])
  func filters(expression: String, expected: [UInt64]) throws {
    let matcher = RowMatcher(try Filter(parsing: expression), model.table)
    let found = (0..<model.count).compactMap(model.row).filter { matcher.isShown($0) }
    #expect(found.map(\.id.cookie).sorted() == expected)
  }

  @Test func detailsOfHolders() throws {
    let facts = DetailsFacts(
      model.table.connection(of: try row(1)),
      time: Sample.time(0)
    )
    func value(_ label: String) -> String? {
      DetailsGroup.owner.figures.first { $0.label == label }?.value(facts)
    }
    #expect(value("process") == "nginx  10")
    #expect(value("holders") == "nginx 10, p11 11, p12 12")
    #expect(value("container") == "web  docker")
    #expect(value("group") == "34")
    #expect(value("executable") == "/usr/sbin/nginx")
    #expect(value("cgroup") == "/docker/x")
  }

  @Test func detailsOfTheKernel() throws {
    let facts = DetailsFacts(model.table.connection(of: try row(3)), time: Sample.time(0))
    let values = DetailsGroup.owner.figures.map { $0.value(facts) }
    #expect(values.compactMap(\.self).filter { !$0.isEmpty } == ["[kernel]", "kernel"])
  }
}
