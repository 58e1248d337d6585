import ConvKitCore
import ConvKitReference

/// Floats between two guard zones, so that reading or writing beyond them shows.
///
/// The zone behind is also the slack that plain lines and biases are documented to be read into.
final class GuardedFloats {
  /// What stands where an operation has to write: no sum of small integers equals it.
  static let sentinel: Float = 666.6

  /// Wide enough that a planted fault stays inside.
  private static let zone = 256

  let count: Int
  private let memory: UnsafeMutablePointer<Float>
  private let marker: Float

  /// Memory that is only read. Around it is NaN, which spoils every sum that takes it in.
  init(reading values: [Float]) {
    marker = .nan
    count = values.count
    memory = Self.allocate(count, marker)
    start.update(from: values, count: count)
  }

  /// Memory that is written: the sentinel everywhere.
  init(writing count: Int) {
    marker = Self.sentinel
    self.count = count
    memory = Self.allocate(count, marker)
  }

  /// Memory that is added to: the sentinel around what stands there at the start.
  convenience init(adding values: [Float]) {
    self.init(writing: values.count)
    start.update(from: values, count: count)
  }

  deinit { memory.deallocate() }

  private static func allocate(_ count: Int, _ marker: Float) -> UnsafeMutablePointer<Float> {
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count + 2 * zone)
    memory.initialize(repeating: marker, count: count + 2 * zone)
    return memory
  }

  var start: UnsafeMutablePointer<Float> { memory + Self.zone }

  var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }

  /// Says so when a guard zone no longer holds what it held.
  var strayWrite: String? {
    for offset in 0..<Self.zone {
      for place in [offset, Self.zone + count + offset]
      where memory[place].bitPattern != marker.bitPattern {
        return "\(memory[place]) was written \(place - Self.zone) floats from the start of \(count)"
      }
    }
    return nil
  }
}

/// A map in memory as a network holds it: with its halo, between guard zones.
struct GuardedMap {
  let layout: MapLayout
  private let floats: GuardedFloats
  /// What the halo must still hold when all is done.
  private let halo: Float
  private let places: [Int]

  /// A map that is read. A convolution's halo holds zeros; a pooling must not look at it, which NaN
  /// makes sure of.
  init(reading values: [Float], in layout: MapLayout, halo: Float = 0) {
    self.layout = layout
    self.halo = halo
    places = layout.places
    var memory = [Float](repeating: halo, count: layout.count)
    for (value, place) in zip(values, places) { memory[place] = value }
    floats = GuardedFloats(reading: memory)
  }

  /// A map that is written, or added to `start`. Its halo belongs to somebody else.
  init(writing layout: MapLayout, over start: [Float]? = nil) {
    self.layout = layout
    halo = GuardedFloats.sentinel
    places = layout.places
    floats = GuardedFloats(writing: layout.count)
    if let start {
      for (value, place) in zip(start, places) { floats.start[place] = value }
    }
  }

  var start: UnsafeMutablePointer<Float> { floats.start }

  /// The values of the map without its halo, [position…, channel].
  var values: [Float] { places.map { floats.start[$0] } }

  var strayWrite: String? {
    if let stray = floats.strayWrite { return stray }
    // The places rise, so what they leave out is the halo.
    var next = 0
    for place in places + [layout.count] {
      for halo in next..<place where floats.start[halo].bitPattern != self.halo.bitPattern {
        return "\(floats.start[halo]) was written into the halo"
      }
      next = place + 1
    }
    return nil
  }
}

extension MapLayout {
  /// Where every value of the map lies, in order.
  var places: [Int] {
    var places: [Int] = []
    places.reserveCapacity(valueCount)
    Geometry.forEach(in: extent) { position in
      let first = offset(of: position)
      places.append(contentsOf: first..<first + channels)
    }
    return places
  }

  /// The same map with so many more positions of halo on every side.
  func widened(by amount: Int) -> MapLayout {
    MapLayout(
      extent: extent, channels: channels, low: low.map { $0 + amount },
      high: high.map { $0 + amount })
  }
}
