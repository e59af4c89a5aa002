import Testing

/// The pictures of the README come from a script, which has tests of its own.
@Test func theScriptOfThePicturesPassesItsTests() async throws {
  let outcome = try await Child.run(["/usr/bin/python3", Documents.path("docs/test_screens.py")])
  #expect(outcome.status == 0, "\(outcome.errorText)")
}
