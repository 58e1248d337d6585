import ConvKitCore
import ConvKitSound
import Foundation
import Testing

@Suite struct DecibelsTests {
  private func levels(_ values: [Float], _ decibels: Decibels) -> [Float] {
    decibels.levels(of: Tensor(shape: [values.count], elements: values)).elements
  }

  @Test func theLogarithmHoldsOverTheWholeRange() throws {
    let decibels = try Decibels(least: 1e-35, range: nil)
    var random = RandomStream(seed: 1, purpose: .tests)
    // Every power of two, its neighbours, and numbers between.
    var values: [Float] = []
    for exponent in -116...115 {
      let power = Float(sign: .plus, exponent: exponent, significand: 1)
      values += [power.nextDown, power, power.nextUp]
      values += (0..<40).map { _ in power * (1 + random.uniform()) }
    }
    for (value, level) in zip(values, levels(values, decibels)) {
      #expect(abs(Double(level) - 10 * log10(Double(value))) <= 4e-5, "\(value)")
    }
    #expect(levels([1], decibels) == [0])
  }

  @Test func aRangeRaisesTheQuiet() throws {
    let values: [Float] = [1e-3, 10, 1e-20, 0]
    for (found, expected) in zip(
      levels(values, try Decibels(range: 60)), [-30, 10, -50, -50] as [Float])
    {
      #expect(abs(found - expected) <= 1e-4)
    }
    for (found, expected) in zip(
      levels(values, try Decibels(reference: .loudest, range: nil)),
      [-40, 0, -110, -110] as [Float])
    {
      #expect(abs(found - expected) <= 1e-4)
    }
    for (found, expected) in zip(
      levels(values, try Decibels(of: .magnitude, reference: .value(0.1), range: nil)),
      [-40, 40, -80, -80] as [Float])
    {
      #expect(abs(found - expected) <= 1e-4)
    }
  }

  @Test func silenceHasTheLeastLevel() throws {
    #expect(levels([0, 0, 0], try Decibels()).allSatisfy { abs($0 + 100) <= 1e-4 })
    #expect(levels([0, 0], try Decibels(reference: .loudest)) == [0, 0])
    #expect(levels([], try Decibels()) == [])
  }

  @Test func aNaNStaysAndIsNotTheLoudest() throws {
    for count in [3, 20] {
      var values = [Float](repeating: 0.5, count: count)
      values[1] = .nan
      values[count - 1] = 1
      let found = levels(values, try Decibels(reference: .loudest))
      #expect(found[1].isNaN && found[count - 1] == 0)
      #expect(abs(found[0] + 3.0103) <= 1e-4)
    }
  }
}
