import ConvKitCore
import Testing

@testable import ConvKitSound

struct WindowCutterTests {
  private struct Window: Equatable {
    let start: Int
    let samples: [Float]
  }

  /// The windows of samples 0, 1, 2, … that come in blocks of the given sizes, over and over.
  private func windows(_ frames: Int, length: Int, channels: Int = 1, blocks: [Int]) -> [Window] {
    var windows: [Window] = []
    var cutter = WindowCutter(length: length, channels: channels)
    let samples = (0..<frames * channels).map(Float.init)
    var next = 0
    var number = 0
    while next < samples.count {
      let end = min(samples.count, next + blocks[number % blocks.count] * channels)
      cutter.take(samples[next..<end]) { windows.append(Window(start: $0, samples: $1)) }
      next = end
      number += 1
    }
    cutter.finish { windows.append(Window(start: $0, samples: $1)) }
    return windows
  }

  @Test(arguments: [
    (1, [0]), (9, [0]), (10, [0]), (11, [0, 1]), (14, [0, 4]), (15, [0, 5]), (16, [0, 5, 6]),
    (30, [0, 5, 10, 15, 20]), (32, [0, 5, 10, 15, 20, 22]),
  ])
  func windowsCoverAClip(frames: Int, starts: [Int]) {
    let found = windows(frames, length: 10, blocks: [7])
    #expect(found.map(\.start) == starts)
    for window in found {
      let end = min(frames, window.start + 10)
      #expect(window.samples == (window.start..<end).map(Float.init))
    }
    #expect(found.last.map { $0.start + $0.samples.count } == frames)
  }

  @Test func anEmptyClipIsOneWindowOfNothing() {
    #expect(windows(0, length: 10, blocks: [1]) == [Window(start: 0, samples: [])])
  }

  @Test func theSizesOfBlocksChangeNothing() {
    var random = RandomStream(seed: 1, purpose: .tests)
    for _ in 0..<200 {
      let frames = Int(random.next() % 90)
      let (length, channels) = (1 + Int(random.next() % 20), 1 + Int(random.next() % 3))
      let blocks = (0..<4).map { _ in 1 + Int(random.next() % 40) }
      let whole = windows(frames, length: length, channels: channels, blocks: [1000])
      #expect(windows(frames, length: length, channels: channels, blocks: blocks) == whole)
      // One after the other they leave nothing out.
      var end = 0
      for window in whole {
        #expect(window.start <= end && window.start % 1 == 0)
        end = window.start + window.samples.count / channels
      }
      #expect(end == frames)
    }
  }
}
