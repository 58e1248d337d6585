import ConvKitCore
import ConvKitReference

/// Every way of copying between maps: whole, channels of a wider map, flat; over and onto.
struct MapCopyExample: Example {
  let expectations: [Expectation]
  private let extent: [Int]
  private let channels: Int
  /// Channels of the wider map, and the first of those that the narrow one takes.
  private let widerChannels: Int
  private let first: Int
  private let narrow: [Float]
  private let wide: [Float]
  private let narrowStart: [Float]
  private let wideStart: [Float]

  init(extent: [Int], channels: Int, of widerChannels: Int, from first: Int, seed: UInt64 = 1) {
    precondition(first + channels <= widerChannels)
    var generator = SplitMix64(seed: seed)
    let positions = extent.reduce(1, *)
    let narrow: [Float] = generator.integers(positions * channels)
    let wide: [Float] = generator.integers(positions * widerChannels)
    let narrowStart: [Float] = generator.integers(narrow.count)
    let wideStart: [Float] = generator.integers(wide.count)
    var slice: [Float] = []
    var joined = wideStart
    var joinedSum = wideStart
    var cleared = wideStart
    for position in 0..<positions {
      for channel in 0..<channels {
        let place = position * widerChannels + first + channel
        slice.append(wide[place])
        joined[place] = narrow[position * channels + channel]
        joinedSum[place] += joined[place]
        cleared[place] = 0
      }
    }
    expectations = [
      Expectation("copy", narrow), Expectation("sum", zip(narrow, narrowStart).map(+)),
      Expectation("flat", narrow), Expectation("unflat", narrow),
      Expectation("slice", slice), Expectation("slice sum", zip(slice, narrowStart).map(+)),
      Expectation("joined", joined), Expectation("joined sum", joinedSum),
      Expectation("cleared", narrow.map { _ in Float(0) }),
      Expectation("cleared channels", cleared),
    ]
    (self.extent, self.channels, self.widerChannels) = (extent, channels, widerChannels)
    self.first = first
    (self.narrow, self.wide) = (narrow, wide)
    (self.narrowStart, self.wideStart) = (narrowStart, wideStart)
  }

  func run(on instructionSet: InstructionSet) throws -> Run {
    let flat = MapLayout(extent: extent, channels: channels)
    let haloed = flat.widened(by: 1)
    // A halo on the first axis alone, so that rows merge on one side only.
    let banded = MapLayout(
      extent: extent, channels: channels, low: extent.indices.map { $0 == 0 ? 2 : 0 },
      high: extent.map { _ in 0 })
    let wider = MapLayout(extent: extent, channels: widerChannels).widened(by: 1)
    let narrow = GuardedMap(reading: self.narrow, in: haloed)
    let wide = GuardedMap(reading: self.wide, in: wider)
    var run = Run()

    func copy(
      _ name: String, _ operation: MapCopy, from source: UnsafePointer<Float>,
      into layout: MapLayout,
      start: [Float]?, offset: Int = 0, accumulate: Bool = false
    ) {
      let target = GuardedMap(writing: layout, over: start)
      operation(from: source, to: target.start + offset, accumulate: accumulate)
      run.keep(name, target)
    }
    let whole = MapCopy(from: haloed, to: banded, instructionSet: instructionSet)
    copy("copy", whole, from: narrow.start, into: banded, start: nil)
    copy(
      "sum", whole, from: narrow.start, into: banded, start: narrowStart, accumulate: true)
    copy(
      "flat", MapCopy(flattening: haloed, instructionSet: instructionSet), from: narrow.start,
      into: flat, start: nil)
    let values = GuardedFloats(reading: self.narrow)
    copy(
      "unflat", MapCopy(unflattening: haloed, instructionSet: instructionSet), from: values.start,
      into: haloed, start: nil)

    let slice = MapCopy(channelsFrom: wider, to: banded, instructionSet: instructionSet)
    copy("slice", slice, from: wide.start + first, into: banded, start: nil)
    copy(
      "slice sum", slice, from: wide.start + first, into: banded, start: narrowStart,
      accumulate: true)
    let join = MapCopy(channelsFrom: haloed, to: wider, instructionSet: instructionSet)
    copy("joined", join, from: narrow.start, into: wider, start: wideStart, offset: first)
    copy(
      "joined sum", join, from: narrow.start, into: wider, start: wideStart, offset: first,
      accumulate: true)

    let cleared = GuardedMap(writing: banded)
    whole.clear(cleared.start)
    run.keep("cleared", cleared)
    let clearedChannels = GuardedMap(writing: wider, over: wideStart)
    join.clear(clearedChannels.start + first)
    run.keep("cleared channels", clearedChannels)
    run.checkGuards(of: narrow, wide)
    run.checkGuards(of: values)
    return run
  }
}
