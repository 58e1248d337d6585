import ConvKitCore
import Synchronization

/// The taps that bring sound from one rate to another: a windowed sinc, sampled at every place that a frame
/// of the output can have between two of the input (Crochiere and Rabiner 1983, "Multirate Digital Signal
/// Processing").
///
/// It passes what is below 0.9 of the lower limit (half the lower rate) and stops what is above 1.1 of it.
final class PolyphaseFilter: Sendable {
  /// Output frames in a period of places, and input frames in the same time: the ratio of the rates in
  /// lowest terms.
  let phases, step: Int
  /// Taps of a phase: whole vectors of `lanes`.
  let tapCount: Int
  /// Input frames from the first tap to the place of an output frame.
  let reach: Int
  /// [phase, tap].
  let taps: ConstantTable<Float>

  /// Numbers that are multiplied together.
  static let lanes = 8

  /// A table of more taps is not made: 2²² are 16 MiB. Between any two common rates it takes less than
  /// 2¹⁷; between rates that hardly have a common divisor, more than memory has.
  private static let mostTaps = 1 << 22

  /// The attenuation that the window is made for, in decibels: 10 more than are asked for.
  private static let attenuation = 90.0

  /// Filters that were made; few pairs of rates occur in a program.
  private static let made = Mutex<[Rates: PolyphaseFilter]>([:])
  private static let mostMade = 16

  private struct Rates: Hashable {
    let input, output: Int
  }

  /// nil where the rates have too many phases.
  ///
  /// - Precondition: rates above zero.
  static func between(_ input: Int, _ output: Int) -> PolyphaseFilter? {
    let divisor = greatestCommonDivisor(input, output)
    let phases = output / divisor
    let (taps, isTooLarge) = phases.multipliedReportingOverflow(by: tapCount(input, output))
    guard !isTooLarge, taps <= mostTaps else { return nil }
    return made.withLock { made in
      let rates = Rates(input: input, output: output)
      if let known = made[rates] { return known }
      if made.count >= mostMade { made.removeAll() }
      let new = PolyphaseFilter(input, output, phases: phases, step: input / divisor)
      made[rates] = new
      return new
    }
  }

  private init(_ input: Int, _ output: Int, phases: Int, step: Int) {
    self.phases = phases
    self.step = step
    let limit = Double(min(input, output)) / Double(input)
    let beta = 0.1102 * (Self.attenuation - 8.7)
    reach = Self.reach(input, output)
    tapCount = Self.tapCount(input, output)
    let half = Double(reach)
    var taps = [Float](repeating: 0, count: phases * tapCount)
    let edge = Self.bessel(beta)
    for phase in 0..<phases {
      let shift = Double(phase * step % phases) / Double(phases)
      var values = [Double](repeating: 0, count: 2 * reach + 1)
      for tap in values.indices {
        let distance = Double(tap - reach) - shift
        guard distance.magnitude < half else { continue }
        let share = distance / half
        let window = Self.bessel(beta * (1 - share * share).squareRoot()) / edge
        values[tap] = window * Self.sinc(limit * distance)
      }
      // A constant stays what it is, whatever the place.
      let sum = values.reduce(0, +)
      for tap in values.indices { taps[phase * tapCount + tap] = Float(values[tap] / sum) }
    }
    self.taps = ConstantTable(taps)
  }

  /// By the formula of Kaiser 1974, for a band from 0.9 to 1.1 of the lower limit in between.
  private static func reach(_ input: Int, _ output: Int) -> Int {
    // The upper limit, half the rate, is half a turn a frame.
    let width = 0.2 * Double.pi * Double(min(input, output)) / Double(input)
    return Int((((attenuation - 7.95) / (2.285 * width) + 1) / 2).rounded(.up))
  }

  private static func tapCount(_ input: Int, _ output: Int) -> Int {
    (2 * reach(input, output) + 1 + lanes - 1) / lanes * lanes
  }

  private static func sinc(_ x: Double) -> Double {
    let angle = Double.pi * x
    guard angle.magnitude > 1e-8 else { return 1 }
    return Elementary.cosineAndSine(angle).sine / angle
  }

  /// The modified Bessel function of the first kind and order zero, by its series.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, n) = (1.0, 1.0, 1.0)
    while term > sum * 1e-17 {
      term *= x * x / (4 * n * n)
      sum += term
      n += 1
    }
    return sum
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  /// The output frame of a phase.
  ///
  /// - Parameter input: `tapCount` frames of a channel, the first `reach` frames before the place.
  @inline(__always) func sum(phase: Int, _ input: UnsafePointer<Float>) -> Float {
    let own = taps.elements + phase * tapCount
    var sums = SIMD8<Float>()
    for first in stride(from: 0, to: tapCount, by: Self.lanes) {
      let values = UnsafeRawPointer(input + first).loadUnaligned(as: SIMD8<Float>.self)
      let weights = UnsafeRawPointer(own + first).loadUnaligned(as: SIMD8<Float>.self)
      sums += values * weights
    }
    return sums.sum()
  }
}

/// Sound on its way through a filter, block by block.
struct PolyphaseResampling {
  private let filter: PolyphaseFilter
  private let channels: Int
  /// By channel, frames from `reach` before the place of the next output frame on.
  private var held: [[Float]]
  /// The phase of the next output frame.
  private var phase = 0
  /// How many frames of `held` lie before it already.
  private var passed = 0

  init(_ filter: PolyphaseFilter, channels: Int) {
    self.filter = filter
    self.channels = channels
    // Silence before the beginning.
    held = Array(repeating: Array(repeating: 0, count: filter.reach), count: channels)
  }

  /// Takes frames and appends what they complete, at most `limit` frames.
  ///
  /// - Parameter input: [frame, channel].
  /// - Returns: how many frames were appended.
  mutating func put(
    _ input: [Float], appendingTo output: inout [Float], limit: Int
  ) -> Int {
    let frames = input.count / channels
    for channel in 0..<channels {
      held[channel].removeFirst(passed)
      for frame in 0..<frames { held[channel].append(input[frame * channels + channel]) }
    }
    passed = 0
    let available = held[0].count - filter.tapCount
    guard available >= 0 else { return 0 }
    // The places of output frames up to the last one with all its taps.
    let most = ((available + 1) * filter.phases - fraction - 1) / filter.step + 1
    let count = max(0, min(limit, most))
    let start = output.count
    output += repeatElement(0, count: count * channels)
    var (place, phase) = (0, phase)
    output.withUnsafeMutableBufferPointer { output in
      for channel in 0..<channels {
        (place, phase) = (0, self.phase)
        var fraction = fraction
        held[channel].withUnsafeBufferPointer { held in
          guard let held = held.baseAddress else { return }
          for frame in 0..<count {
            output[start + frame * channels + channel] = filter.sum(phase: phase, held + place)
            fraction += filter.step
            place += fraction / filter.phases
            fraction %= filter.phases
            phase += 1
            if phase == filter.phases { phase = 0 }
          }
        }
      }
    }
    self.phase = phase
    // Never beyond what is held: from one output frame to the next is less than the taps span.
    passed = place
    return count
  }

  /// How far the next output frame lies behind an input frame, in parts of `phases`.
  private var fraction: Int { phase * filter.step % filter.phases }
}
