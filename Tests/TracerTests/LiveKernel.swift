import TestSupport
import Testing

/// What runs on the kernel of this machine: one test at a time, each with its own namespaces.
@Suite(.live, .serialized, .enabled(if: Lab.isPossible, Lab.need))
struct LiveKernel {}

/// What loads the whole machine, or watches all of it.
@Suite(.alone, .serialized, .enabled(if: Lab.isPossible, Lab.need))
struct LiveHost {}
