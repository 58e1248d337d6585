import ConvKitCore
import Testing

/// Every mistake of shape is thrown as a sentence with what was found, what was needed, what to do.
@Suite struct ShapeErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let window: Window
    let extent: [Int]
    /// What the sentence must name.
    let received: [String]
    let needed: [String]
    let remedy: String
    var testDescription: String { "\(window) over \(extent)" }
  }

  static let mistakes = [
    Mistake(
      window: Window(size: [3, 3]), extent: [8], received: ["size of 3×3", "1 axes", "(8)"],
      needed: ["one number, or 1 of them"], remedy: "single number"),
    Mistake(
      window: Window(size: 3, stride: [1, 2, 3]), extent: [8, 9],
      received: ["stride of 1×2×3", "2 axes", "8×9"], needed: ["one number, or 2 of them"],
      remedy: "single number"),
    Mistake(
      window: Window(size: 3, dilation: [2]), extent: [8, 9], received: ["dilation of 2", "8×9"],
      needed: ["one number, or 2 of them"], remedy: "single number"),
    Mistake(
      window: Window(size: 3, padding: .each(low: [1], high: 0)), extent: [8, 9],
      received: ["padding of 1", "8×9"], needed: ["one number, or 2 of them"],
      remedy: "single number"),
    Mistake(
      window: Window(size: 0), extent: [8], received: ["size of 0"],
      needed: ["from 1 to 1073741824"], remedy: "Correct the size."),
    Mistake(
      window: Window(size: 1, stride: [1, 0]), extent: [8, 8], received: ["stride of 1×0"],
      needed: ["from 1 to 1073741824"], remedy: "Correct the stride."),
    Mistake(
      window: Window(size: 1, stride: -2), extent: [8], received: ["stride of -2"],
      needed: ["from 1 to 1073741824"], remedy: "Correct the stride."),
    Mistake(
      window: Window(size: 1, dilation: 0), extent: [8], received: ["dilation of 0"],
      needed: ["from 1 to 1073741824"], remedy: "Correct the dilation."),
    Mistake(
      window: Window(size: 1, padding: .each(low: 0, high: -1)), extent: [8],
      received: ["padding of -1"], needed: ["from 0 to 1073741824"],
      remedy: "Correct the padding."),
    Mistake(
      window: Window(size: .all(.max)), extent: [8], received: ["size of 9223372036854775807"],
      needed: ["from 1 to 1073741824"], remedy: "Correct the size."),
    Mistake(
      window: Window(size: 1, padding: .each(low: .all(.max), high: .all(.max))), extent: [8],
      received: ["padding of 9223372036854775807"], needed: ["from 0 to 1073741824"],
      remedy: "Correct the padding."),
    Mistake(
      window: Window(size: 1), extent: [8, 0], received: ["an input of 8×0"],
      needed: ["from 1 to 1073741824 positions"], remedy: "extent of the input"),
    Mistake(
      window: Window(size: 1), extent: [.max], received: ["an input of 9223372036854775807"],
      needed: ["from 1 to 1073741824 positions"], remedy: "extent of the input"),
    Mistake(
      window: Window(size: [1, 3], dilation: 2, padding: .each(low: 0, high: [0, 1])),
      extent: [9, 3], received: ["an input of 9×3", "spans 5 positions along axis 2"],
      needed: ["at least 4 positions along that axis"], remedy: "smaller size"),
  ]

  @Test(arguments: mistakes) func saysWhatToDo(_ mistake: Mistake) throws {
    let error = try #require(throws: ShapeError.self) {
      try mistake.window.geometry(over: mistake.extent)
    }
    for part in mistake.received { #expect(error.received.contains(part)) }
    for part in mistake.needed { #expect(error.needed.contains(part)) }
    #expect(error.remedy.contains(mistake.remedy))
    #expect(error.category == .badData)
    #expect(error.layer == nil)
    #expect(
      error.description == "received \(error.received), needed \(error.needed). \(error.remedy)")
    var placed = error
    placed.layer = "3 (Conv)"
    #expect(placed.description == "Layer 3 (Conv): " + error.description)
  }

  /// What every knob allows by itself may still be too much over all axes together.
  @Test(
    arguments: [
      (Window(size: 65_536, padding: .same), [8, 8], "taps in a window of 65536"),
      (
        Window(size: 1_073_741_824, padding: .same), [8, 8, 8, 8], "taps in a window of 1073741824"
      ),
      (
        Window(
          size: 1, stride: 1_073_741_824, padding: .each(low: 1_073_741_824, high: 1_073_741_824)),
        [8, 8],
        "positions in an input of 8×8 with its padding"
      ),
      (
        Window(size: 1, padding: .each(low: 1_073_741_824, high: 1_073_741_824)), [8, 8, 8],
        "positions in an input of 8×8×8 with its padding"
      ),
      (
        Window(size: 1_073_741_824, dilation: 1_073_741_824, padding: .same), [1 << 30],
        "positions in an input of 1073741824 with its padding"
      ),
      (
        Window(size: 1), [1 << 11, 1 << 11, 1 << 10],
        "positions in an input of 2048×2048×1024 with its padding"
      ),
    ] as [(Window, [Int], String)])
  func tooManyOverAllAxes(_ window: Window, _ extent: [Int], _ received: String) throws {
    let error = try #require(throws: ShapeError.self) { try window.geometry(over: extent) }
    #expect(error.received == "more than 2147483648 \(received)")
    #expect(error.needed == "at most 2147483648")
    #expect(error.remedy.contains("smaller size"))
  }

  @Test func theLimitsThemselvesAreFine() throws {
    let line = try Window(size: [1_073_741_824, 2], padding: .each(low: 0, high: [0, 1]))
      .geometry(over: [1 << 30, 1])
    #expect(line.tapCount == 1 << 31)
    let volume = try Window(size: 1).geometry(over: [1 << 10, 1 << 10, 1 << 11])
    #expect(volume.outputExtent == [1 << 10, 1 << 10, 1 << 11])
    #expect(
      try Window(
        size: 1_073_741_824, stride: 1_073_741_824, padding: .each(low: 0, high: 1_073_741_824)
      )
      .geometry(over: [1 << 30]).outputExtent == [2])
  }

  @Test func aPoolingWindowInThePaddingIsRefused() throws {
    let low = Window(size: [1, 2], padding: .each(low: [0, 2], high: 0))
    let error = try #require(throws: ShapeError.self) {
      try low.geometry(over: [4, 5]).checkThatWindowsSeeInput()
    }
    #expect(error.received.contains("window 1 along axis 2"))
    #expect(error.needed.contains("at least one position"))
    #expect(error.remedy.contains("less padding"))

    let high = Window(size: 2, padding: .each(low: 0, high: 3))
    let second = try #require(throws: ShapeError.self) {
      try high.geometry(over: [4]).checkThatWindowsSeeInput()
    }
    #expect(second.received.contains("window 5 along axis 1"))

    // Taps on both sides of the only position, and none on it.
    let straddling = Window(size: 2, dilation: 2, padding: .each(low: 1, high: 1))
    #expect(throws: ShapeError.self) {
      try straddling.geometry(over: [1]).checkThatWindowsSeeInput()
    }
    try Window(size: 2, padding: .each(low: 1, high: 1)).geometry(over: [4])
      .checkThatWindowsSeeInput()
  }
}
