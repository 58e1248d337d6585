import ConvKitCore
import Foundation
import Testing

@Suite struct WindowCodingTests {
  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  @Test(
    arguments: [
      (PerAxis.all(3), "3"), (.each([3, 5]), "[3,5]"), (.each([4]), "[4]"), (.each([]), "[]"),
      (.all(-1), "-1"),
    ] as [(PerAxis, String)])
  func aKnobIsANumberOrAList(_ knob: PerAxis, _ text: String) throws {
    #expect(try json(knob) == text)
    #expect(try decode(PerAxis.self, text) == knob)
  }

  @Test(arguments: ["\"3\"", "3.5", "[1.5]", "{}", "null", "[[1]]"])
  func anythingElseIsNoKnob(_ text: String) {
    #expect(throws: DecodingError.self) { try decode(PerAxis.self, text) }
  }

  @Test func aSingleNumberIsForEveryAxis() {
    #expect((3 as PerAxis).values(rank: 2) == [3, 3])
    #expect((3 as PerAxis).values(rank: 0) == [])
    #expect(([3, 5] as PerAxis).values(rank: 2) == [3, 5])
    #expect(([3, 5] as PerAxis).values(rank: 3) == nil)
    #expect("\(3 as PerAxis) \([3, 5] as PerAxis)" == "3 3×5")
  }

  @Test(
    arguments: [
      (Padding.valid, "\"valid\""), (.same, "\"same\""), (.each(low: 1, high: 1), "1"),
      (.each(low: [1, 2], high: [1, 2]), "[1,2]"), (.each(low: 0, high: 0), "0"),
      (.each(low: 1, high: [0, 2]), #"{"high":[0,2],"low":1}"#),
    ] as [(Padding, String)])
  func paddingRoundTrips(_ padding: Padding, _ text: String) throws {
    #expect(try json(padding) == text)
    #expect(try decode(Padding.self, text) == padding)
  }

  @Test(arguments: ["\"full\"", "{\"low\":1}", "true", "null"])
  func anythingElseIsNoPadding(_ text: String) {
    #expect(throws: DecodingError.self) { try decode(Padding.self, text) }
  }

  @Test(arguments: [
    (Window(size: 3), #"{"size":3}"#),
    (
      Window(size: [3, 1], stride: 2, dilation: [1, 2], padding: .same, overhang: true),
      #"{"dilation":[1,2],"overhang":true,"padding":"same","size":[3,1],"stride":2}"#
    ),
    (Window(size: 2, stride: 2), #"{"size":2,"stride":2}"#),
    (
      Window(size: 2, padding: .each(low: 0, high: 1)),
      #"{"padding":{"high":1,"low":0},"size":2}"#
    ),
  ])
  func aWindowRoundTripsWithoutItsDefaults(_ window: Window, _ text: String) throws {
    #expect(try json(window) == text)
    #expect(try decode(Window.self, text) == window)
  }

  /// A pooling's window, whose stride is its size unless it says otherwise.
  private struct Pool: Codable, Equatable {
    var window: Window
    init(_ window: Window) { self.window = window }
    init(from decoder: any Decoder) throws {
      window = try Window(from: decoder, strideIsSize: true)
    }
    func encode(to encoder: any Encoder) throws {
      try window.encode(to: encoder, strideIsSize: true)
    }
  }

  @Test(arguments: [
    (Window(size: 2, stride: 2), #"{"size":2}"#),
    (Window(size: 2, stride: 1), #"{"size":2,"stride":1}"#),
    (Window(size: [2, 3], stride: [2, 3]), #"{"size":[2,3]}"#),
  ])
  func thePoolingsStrideIsItsSize(_ window: Window, _ text: String) throws {
    #expect(try json(Pool(window)) == text)
    #expect(try decode(Pool.self, text) == Pool(window))
  }

  @Test(arguments: [#"{"stride":2}"#, #"{"size":"3"}"#, #"{"size":3,"overhang":1}"#])
  func aWindowThatIsNoneIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try decode(Window.self, text) }
  }
}
