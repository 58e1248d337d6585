import ConvKitCore
import ConvKitReference

/// Where the maps and indices of a pooled convolution's examples lie.
struct ExampleMaps {
  let input: MapLayout
  let output: MapLayout
  let mapGradient: MapLayout
  /// Has the halo that terms of the padding are written to.
  let inputGradient: MapLayout
  let outputGradient: MapLayout
  let pooling: Geometry
  private let count: Int
  private let gap: Int
  private let windows: Int
  private let features: Int
  private let indexWidth: Int
  private let readings: [Int: Int]

  init(_ problem: PooledProblem) throws {
    let convolution = problem.convolution
    let geometry = try convolution.window.geometry(over: convolution.extent)
    pooling = try problem.pooling.window.geometry(over: geometry.outputExtent)
    try pooling.checkThatWindowsSeeInput()
    let halo = ConvolutionPlan.inputHalo(geometry)
    input = MapLayout(
      extent: convolution.extent, channels: convolution.channels, low: halo.low, high: halo.high
    ).widened(by: convolution.spare)
    // Gradients lie otherwise than values, as they may in a network.
    inputGradient = input.widened(by: 1)
    output = MapLayout(
      extent: problem.pooling.isGlobal ? [] : pooling.outputExtent, channels: convolution.features
    ).widened(by: convolution.spare)
    outputGradient = output.widened(by: 1)
    mapGradient = MapLayout(extent: geometry.outputExtent, channels: convolution.features)
      .widened(by: convolution.spare)
    count = problem.count
    gap = problem.hasGaps ? 1 : 0
    windows = pooling.outputExtent.reduce(1, *)
    features = convolution.features
    indexWidth = PoolingPlan.indexBytes(taps: pooling.tapCount)
    let taps = pooling.tapCount
    readings = Dictionary(
      uniqueKeysWithValues: problem.pooling.referenceWindow.readings(of: problem.pooling.extent)
        .map { ($0.output * taps + $0.tap, $0.input) })
  }

  /// Floats from one example's map to the next one's.
  func step(_ layout: MapLayout) -> Int { layout.count * (1 + gap) }

  /// The maps of all examples as one with two more axes, the second of which has a gap for its halo.
  func laid(_ layout: MapLayout) -> MapLayout {
    MapLayout(
      extent: [count, 1] + layout.extent, channels: layout.channels, low: [0, 0] + layout.low,
      high: [0, gap] + layout.high)
  }

  /// What a map with cleared halos has that it must not: something in a halo, or a value in a gap.
  func strayHalo(_ values: [Float], _ layout: MapLayout) -> String? {
    let places = Set(layout.places)
    for example in 0..<count {
      let start = example * step(layout)
      for place in 0..<layout.count where !places.contains(place) {
        if values[start + place].bitPattern != 0 {
          return "\(values[start + place]) stands in the halo of example \(example)"
        }
      }
      for place in start + layout.count..<start + step(layout)
      where values[place] != GuardedFloats.sentinel {
        return "\(values[place]) was written behind example \(example)"
      }
    }
    return nil
  }

  // MARK: indices

  /// Bytes of one example.
  var indexBytes: Int { windows * features * indexWidth }

  /// The ordinals that indices stand for.
  func taps(_ bytes: [UInt8]) -> [Int] {
    guard indexWidth == 4 else { return bytes.map { $0 == 255 ? -1 : Int($0) } }
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      Int(
        Int32(
          truncatingIfNeeded: bytes[start..<start + 4].reversed().reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
          }))
    }
  }

  func indices(_ taps: [Int]) -> [UInt8] {
    taps.flatMap { tap in
      (0..<indexWidth).map { UInt8(truncatingIfNeeded: tap >> (8 * $0)) }
    }
  }

  /// What stands in the map where each window chose; 0 where it chose nothing, NaN where there is no
  /// such position.
  func values(at taps: [Int], of map: [Double]) -> [Double] {
    taps.enumerated().map { number, tap in
      guard tap >= 0 else { return 0 }
      let position = readings[number / features * pooling.tapCount + tap]
      return position.map { map[$0 * features + number % features] } ?? .nan
    }
  }
}

/// Bytes of several examples between two guard zones, with a gap behind each that nobody may touch.
final class GuardedBytes {
  private static let zone = 256
  private static let marker: UInt8 = 0xA5

  private let count: Int
  private let length: Int
  private let step: Int
  private let memory: UnsafeMutablePointer<UInt8>

  init(_ count: Int, of length: Int, step: Int) {
    (self.count, self.length, self.step) = (count, length, step)
    let total = count * step + 2 * Self.zone
    memory = .allocate(capacity: total)
    memory.initialize(repeating: Self.marker, count: total)
  }

  deinit { memory.deallocate() }

  var start: UnsafeMutablePointer<UInt8> { memory + Self.zone }

  func bytes(of example: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start + example * step, count: length))
  }

  func write(_ bytes: [UInt8], to example: Int) {
    (start + example * step).update(from: bytes, count: length)
  }

  var strayWrite: String? {
    for place in -Self.zone..<count * step + Self.zone {
      let isOwn = (0..<count * step).contains(place) && place % step < length
      if !isOwn, start[place] != Self.marker {
        return "\(start[place]) was written at byte \(place) of \(count) times \(length)"
      }
    }
    return nil
  }
}
