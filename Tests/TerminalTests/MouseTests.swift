import Testing

@testable import Terminal

@Suite struct MouseTests {
  @Test(arguments: [
    ("\u{1B}[<0;10;20M", Mouse(.press(.left), x: 9, y: 19)),
    ("\u{1B}[<0;10;20m", Mouse(.release(.left), x: 9, y: 19)),
    ("\u{1B}[<1;1;1M", Mouse(.press(.middle), x: 0, y: 0)),
    ("\u{1B}[<2;300;100M", Mouse(.press(.right), x: 299, y: 99)),
    ("\u{1B}[<64;1;2M", Mouse(.wheelUp, x: 0, y: 1)),
    ("\u{1B}[<65;1;2M", Mouse(.wheelDown, x: 0, y: 1)),
    ("\u{1B}[<66;1;2M", Mouse(.wheelLeft, x: 0, y: 1)),
    ("\u{1B}[<67;1;2M", Mouse(.wheelRight, x: 0, y: 1)),
    // With Shift, Meta and Ctrl.
    ("\u{1B}[<28;3;4M", Mouse(.press(.left), x: 2, y: 3)),
    ("\u{1B}[<80;3;4M", Mouse(.wheelUp, x: 2, y: 3)),
    // As terminals did before.
    ("\u{1B}[M !!", Mouse(.press(.left), x: 0, y: 0)),
    ("\u{1B}[M#*4", Mouse(.release(nil), x: 9, y: 19)),
    ("\u{1B}[Ma!!", Mouse(.wheelDown, x: 0, y: 0)),
  ])
  func decodes(text: String, mouse: Mouse) {
    var decoder = InputDecoder()
    #expect(decoder.decode(text.utf8) == [.input(.mouse(mouse))])
    #expect(text.utf8.flatMap { decoder.decode([$0]) } == [.input(.mouse(mouse))])
    #expect(decoder.waiting == nil)
  }

  /// Movements, further buttons, and places that there are not.
  @Test(arguments: [
    "\u{1B}[<35;1;1M", "\u{1B}[<32;1;1M", "\u{1B}[<128;1;1M", "\u{1B}[<0;0;1M", "\u{1B}[<0;1;0M",
    "\u{1B}[<0;1M", "\u{1B}[<M", "\u{1B}[<?;1;1M", "\u{1B}[<0;99999999999999999999;1M",
    "\u{1B}[<64;1;1m", "\u{1B}[M@!!", "\u{1B}[M   ",
  ])
  func ignores(text: String) {
    var decoder = InputDecoder()
    #expect(decoder.decode(text.utf8) == [])
    #expect(decoder.decode("x".utf8) == [.input(.key(.character("x")))])
  }

  @Test func aBrokenPlaceDoesNotSwallowTheNext() {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}[M!\u{1B}[A".utf8) == [.input(.key(.up))])
  }

  @Test func findsDoubleClicks() {
    let press = Mouse(.press(.left), x: 3, y: 4)
    let release = Mouse(.release(.left), x: 3, y: 4)
    let double = Mouse(.doubleClick(.left), x: 3, y: 4)
    // At the limit; the third starts over; too late; elsewhere; another button; after the wheel.
    expect(
      [
        (press, 0, press), (release, 100, release), (press, 400, double), (release, 410, release),
        (press, 500, press), (press, 600, double),
      ])
    expect([(press, 0, press), (press, 401, press), (press, 801, double)])
    let elsewhere = Mouse(.press(.left), x: 4, y: 4)
    expect([(press, 0, press), (elsewhere, 10, elsewhere), (press, 20, press)])
    let right = Mouse(.press(.right), x: 3, y: 4)
    expect([(press, 0, press), (right, 10, right), (press, 20, press)])
    let wheel = Mouse(.wheelDown, x: 3, y: 4)
    expect([(press, 0, press), (wheel, 10, wheel), (press, 20, press)])
  }

  private func expect(
    _ steps: [(mouse: Mouse, milliseconds: Int, seen: Mouse)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var clicks = DoubleClicks()
    for (mouse, milliseconds, seen) in steps {
      let found = clicks.seen(mouse, at: .milliseconds(milliseconds))
      #expect(found == seen, "\(milliseconds) ms", sourceLocation: sourceLocation)
    }
  }
}
