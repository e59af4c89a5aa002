import Testing

@testable import Recording

struct FormatTests {
  @Test func `the application ID`() {
    #expect(RecordingFormat.applicationID == 0x6e74_6f70)
  }
}
