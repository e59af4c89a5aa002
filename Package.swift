// swift-tools-version: 6.3;(experimentalCGen)

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

// In debug builds too: tests pass hundreds of thousands of records through these targets, and look at
// the program as users have it.
let optimizedByFile = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]
// A module compiled as a whole takes half of the time. Swift 6.3 then cannot import it as testable
// where it imports C itself ("circular reference").
let optimized =
  strict + [
    .unsafeFlags(
      ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
      .when(configuration: .debug)
    )
  ]

let package = Package(
  name: "nettop",
  products: [
    .executable(name: "nettop", targets: ["nettop"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .plugin(name: "CompileBPF", capability: .buildTool()),
    .target(
      name: "CTracer",
      path: "bpf",
      exclude: [
        "README.md", "core", "embed.c.in", "events.bpf.c", "socket", "tcp", "tracer.bpf.c", "udp",
        "walk",
      ],
      sources: [],
      publicHeadersPath: "include",
      plugins: ["CompileBPF"]
    ),
    .systemLibrary(name: "CLibbpf"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CNcurses"),
    .systemLibrary(name: "CWidth"),
    .target(name: "Connections", swiftSettings: optimized),
    .target(
      name: "Tracer",
      dependencies: [
        "Connections", "CTracer", "CLibbpf", "Threads",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: optimizedByFile
    ),
    .target(name: "CThreads"),
    .target(
      name: "Threads",
      dependencies: ["CThreads", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict
    ),
    .target(name: "CTerminal"),
    .target(name: "CProcess"),
    // Without optimizations, toml++ needs a second for the worst texts.
    .target(
      name: "CTOML",
      dependencies: ["CThreads"],
      cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]
    ),
    .target(name: "StyledText", dependencies: ["CWidth"], swiftSettings: optimized),
    .target(
      name: "Terminal",
      dependencies: [
        "CNcurses", "CTerminal", "StyledText", "Threads",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: optimized
    ),
    .target(
      name: "Monitor",
      dependencies: ["Connections", "StyledText"],
      swiftSettings: optimized
    ),
    .target(
      name: "Recording",
      dependencies: [
        "Connections",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: optimizedByFile
    ),
    .target(
      name: "Screens",
      dependencies: ["Connections", "Monitor", "StyledText", "Terminal"],
      swiftSettings: optimized
    ),
    .target(
      name: "Resolver",
      dependencies: ["Connections", "Monitor", "Threads"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "nettop",
      dependencies: [
        "CMalloc", "CProcess", "CThreads", "CTOML", "Connections", "Tracer", "StyledText",
        "Terminal", "Threads", "Monitor", "Recording", "Screens", "Resolver",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: optimized
    ),
    .executableTarget(
      name: "nettop-bench",
      dependencies: [
        "CTracer", "Connections", "Tracer", "StyledText", "Terminal", "Threads", "Monitor",
        "Recording", "Screens",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/nettop-bench",
      swiftSettings: strict
    ),
    // What tests of several targets share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    // Makes the traffic of the tests.
    .executableTarget(name: "TestTraffic", path: "Tests/TestTraffic"),
    .testTarget(name: "ConnectionsTests", dependencies: ["Connections"], swiftSettings: strict),
    .testTarget(
      name: "TracerTests",
      dependencies: [
        "Connections", "Tracer", "CLibbpf", "CTracer", "Samples", "TestSupport", "TestTraffic",
      ],
      swiftSettings: optimizedByFile
    ),
    .testTarget(
      name: "TerminalTests",
      dependencies: ["StyledText", "Terminal", "CNcurses", "TestSupport"],
      swiftSettings: strict
    ),
    // Batches and connections for the tests of the view model and of the screens.
    .target(
      name: "Samples",
      dependencies: ["Connections"],
      path: "Tests/Samples",
      swiftSettings: strict
    ),
    .testTarget(
      name: "MonitorTests",
      dependencies: ["Connections", "Monitor", "Samples", "StyledText"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "RecordingTests",
      dependencies: [
        "Connections", "Monitor", "Recording", "Samples", "Screens", "StyledText", "Terminal",
        "TestSupport", "Threads", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ScreensTests",
      dependencies: ["Connections", "Monitor", "Samples", "Screens", "StyledText", "Terminal"],
      exclude: ["Screens"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "NettopTests",
      dependencies: [
        "nettop", "Connections", "Tracer", "Monitor", "Recording", "Resolver", "Samples", "Screens",
        "StyledText", "Terminal",
        "CTracer", "CLibbpf", "CNcurses", "CProcess", "CThreads", "Threads", "TestSupport",
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "FuzzTests",
      dependencies: [
        "nettop", "Connections", "Tracer", "Monitor", "Recording", "Screens", "Terminal", "CTracer",
        "Samples", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Corpus"],
      swiftSettings: strict
    ),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
