import Testing

/// What runs on the kernel of this machine: one test at a time, each with its own namespaces.
@Suite(.serialized, .enabled(if: Lab.isPossible, Lab.need))
struct LiveKernel {}
