import ConvKitCore
import ConvKitReference
import Testing

@Suite struct GeometryTests {
  /// Every small window along one axis, and what the reference makes of it. The axes of a window do
  /// not touch one another, so one is enough.
  @Test(arguments: [false, true]) func givesTheOutputExtentOfTheReference(overhang: Bool) throws {
    var compared = 0
    for (extent, size, stride) in product(1...9, 1...5, 1...4) {
      for (dilation, low, high) in product(1...3, 0...6, 0...6) {
        let reference = ReferenceWindow(
          size: [size], stride: [stride], dilation: [dilation], low: [low], high: [high],
          overhang: overhang)
        let window = Window(
          size: .all(size), stride: .all(stride), dilation: .all(dilation),
          padding: .each(low: .all(low), high: .all(high)), overhang: overhang)
        let room = extent + low + high - reference.span[0] + (overhang ? stride - 1 : 0)
        if room >= 0 {
          let geometry = try window.geometry(over: [extent])
          #expect(geometry.outputExtent == reference.outputExtent(of: [extent]), "\(window)")
          #expect(geometry.inputExtent == [extent])
          compared += 1
        } else if overhang {
          // The reference follows PyTorch and refuses; one window that hangs over the edge starts
          // inside all the same.
          #expect(try window.geometry(over: [extent]).outputExtent == [1], "\(window)")
        } else {
          #expect(throws: ShapeError.self) { try window.geometry(over: [extent]) }
        }
      }
    }
    #expect(compared > 20_000)
  }

  @Test func samePaddingIsTheReferences() throws {
    for (extent, size, stride) in product(1...12, 1...7, 1...4) {
      for dilation in 1...3 {
        let reference = ReferenceWindow.same(
          extent: [extent], size: [size], stride: [stride], dilation: [dilation])
        let window = Window(
          size: .all(size), stride: .all(stride), dilation: .all(dilation), padding: .same)
        let axis = try #require(try window.geometry(over: [extent]).axes.first)
        #expect(axis.positions == (extent + stride - 1) / stride)
        #expect(axis.low == reference.low[0])
        #expect(axis.positions == reference.outputExtent(of: [extent])[0])
        if stride == 1 { #expect(axis.positions == extent) }
      }
    }
  }

  /// The taps of a window that lie inside, and how far the windows reach, by counting.
  @Test func tapsInsideAndReach() throws {
    for (extent, size, stride) in product(1...6, 1...4, 1...3) {
      for (dilation, low, high) in product(1...3, 0...5, 0...5)
      where extent + low + high > dilation * (size - 1) {
        let window = Window(
          size: .all(size), stride: .all(stride), dilation: .all(dilation),
          padding: .each(low: .all(low), high: .all(high)))
        let axis = try #require(try window.geometry(over: [extent]).axes.first)
        var last = extent - 1
        for position in 0..<axis.positions {
          let places = (0..<size).map { position * stride - low + $0 * dilation }
          let inside = (0..<size).filter { (0..<extent).contains(places[$0]) }
          #expect(Array(axis.tapsInside(position)) == inside, "\(window) at \(position)")
          last = max(last, places[size - 1])
        }
        #expect(axis.high == last - (extent - 1), "\(window)")
      }
    }
  }

  @Test func indicesRunWithTheLastAxisFastest() {
    var seen: [[Int]] = []
    Geometry.forEach(in: [2, 1, 3]) { seen.append($0) }
    #expect(seen == [[0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2]])
    var calls = 0
    Geometry.forEach(in: []) { _ in calls += 1 }
    #expect(calls == 1, "no axes are one position")
    Geometry.forEach(in: [3, 0]) { _ in calls += 1 }
    #expect(calls == 1)
  }

  @Test func aMapLiesWithItsHaloAroundIt() {
    let layout = MapLayout(extent: [2, 3], channels: 4, low: [1, 2], high: [0, 1])
    #expect(layout.strides == [6 * 4, 4])
    #expect(layout.count == 3 * 6 * 4)
    #expect(layout.origin == 6 * 4 + 2 * 4)
    #expect(layout.offset(of: [-1, -2]) == 0)
    #expect(layout.offset(of: [1, 3]) == layout.count - 4)
    #expect(layout.valueCount == 24)
    #expect(layout.hasHalo)
    #expect(layout.mergeableAxes == 1)
    #expect(layout.rowOffsets(merging: 1) == [layout.origin, layout.origin + 24])

    // A halo on the first axis alone leaves the rows contiguous.
    let merged = MapLayout(extent: [2, 3], channels: 4, low: [1, 0], high: [1, 0])
    #expect(merged.mergeableAxes == 2)
    #expect(merged.rowOffsets(merging: 2) == [12])

    let single = MapLayout(extent: [], channels: 5)
    #expect(single.count == 5 && single.mergeableAxes == 0 && !single.hasHalo)
    #expect(single.rowOffsets(merging: 0) == [0])
  }

  @Test func theWidestHaloWins() {
    var halo = Halo(rank: 2)
    halo.widen(to: Halo(low: [1, 0], high: [0, 3]))
    halo.widen(to: Halo(low: [0, 2], high: [0, 1]))
    #expect(halo == Halo(low: [1, 2], high: [0, 3]))
  }
}
