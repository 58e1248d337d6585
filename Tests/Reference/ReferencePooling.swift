/// Max pooling: the largest value under each window, channel by channel.
///
/// The taps are visited in row-major order and the first maximum wins. A NaN beats every number, and
/// the first NaN wins. Padding is never a candidate: a window is clipped to the positions present.
public struct ReferenceMaxPooling: Sendable {
  public var window: ReferenceWindow

  public init(window: ReferenceWindow) { self.window = window }

  /// - Returns: the maxima [position…, channel], and in the same layout the tap that each stood at.
  @inlinable
  public func forward<Scalar>(_ input: Block<Scalar>) -> (output: Block<Scalar>, taps: [Int]) {
    var output = Block<Scalar>(
      repeating: 0, extent: window.outputExtent(of: input.extent), channels: input.channels)
    let none = -1
    var taps = [Int](repeating: none, count: output.values.count)
    for reading in window.readings(of: input.extent) {
      for channel in 0..<input.channels {
        let best = reading.output * input.channels + channel
        let candidate = input[reading.input, channel]
        if taps[best] == none || candidate > output.values[best]
          || (candidate.isNaN && !output.values[best].isNaN)
        {
          output.values[best] = candidate
          taps[best] = reading.tap
        }
      }
    }
    precondition(!taps.contains(none), "a window of \(window) lies on padding alone")
    return (output, taps)
  }

  /// Hands each output's gradient to the position that its maximum stood at.
  @inlinable
  public func inputGradient<Scalar>(
    extent: [Int], taps: [Int], outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    let channels = outputGradient.channels
    var gradient = Block<Scalar>(repeating: 0, extent: extent, channels: channels)
    for reading in window.readings(of: extent) {
      for channel in 0..<channels
      where taps[reading.output * channels + channel] == reading.tap {
        gradient[reading.input, channel] += outputGradient[reading.output, channel]
      }
    }
    return gradient
  }
}

/// Average pooling: the mean under each window, channel by channel.
///
/// The sum is divided by the positions present; padding counts neither above nor below the line.
public struct ReferenceAveragePooling: Sendable {
  public var window: ReferenceWindow

  public init(window: ReferenceWindow) { self.window = window }

  @inlinable
  public func forward<Scalar>(_ input: Block<Scalar>) -> Block<Scalar> {
    let present = positionsPresent(in: input.extent)
    var output = Block<Scalar>(
      repeating: 0, extent: window.outputExtent(of: input.extent), channels: input.channels)
    for reading in window.readings(of: input.extent) {
      for channel in 0..<input.channels {
        output[reading.output, channel] += input[reading.input, channel]
      }
    }
    for position in 0..<output.positions {
      for channel in 0..<output.channels { output[position, channel] /= Scalar(present[position]) }
    }
    return output
  }

  /// Shares each output's gradient among the positions present under its window.
  @inlinable
  public func inputGradient<Scalar>(
    extent: [Int], outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    let present = positionsPresent(in: extent)
    var gradient = Block<Scalar>(repeating: 0, extent: extent, channels: outputGradient.channels)
    for reading in window.readings(of: extent) {
      for channel in 0..<gradient.channels {
        gradient[reading.input, channel] +=
          outputGradient[reading.output, channel] / Scalar(present[reading.output])
      }
    }
    return gradient
  }

  /// How many of the taps of each window lie on a position of the map.
  public func positionsPresent(in extent: [Int]) -> [Int] {
    var present = [Int](repeating: 0, count: window.outputExtent(of: extent).reduce(1, *))
    for reading in window.readings(of: extent) { present[reading.output] += 1 }
    precondition(!present.contains(0), "a window of \(window) lies on padding alone")
    return present
  }
}

/// Global max pooling: the largest value of each channel; a max pooling whose window is the map.
public struct ReferenceGlobalMaxPooling: Sendable {
  public init() {}

  /// - Returns: a block of rank 0, and for each channel the position that its maximum stood at.
  public func forward<Scalar>(
    _ input: Block<Scalar>
  ) -> (output: Block<Scalar>, positions: [Int]) {
    let (output, taps) = ReferenceMaxPooling(window: .whole(input.extent)).forward(input)
    return (Block(output.values), taps)
  }

  public func inputGradient<Scalar>(
    extent: [Int], positions: [Int], outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    var gradient = Block<Scalar>(repeating: 0, extent: extent, channels: outputGradient.channels)
    for (channel, position) in positions.enumerated() {
      gradient[position, channel] = outputGradient.values[channel]
    }
    return gradient
  }
}

/// Global average pooling: the mean of each channel over all positions, a block of rank 0.
public struct ReferenceGlobalAveragePooling: Sendable {
  public init() {}

  public func forward<Scalar>(_ input: Block<Scalar>) -> Block<Scalar> {
    Block(sumOverPositions(input).map { $0 / Scalar(input.positions) })
  }

  public func inputGradient<Scalar>(
    extent: [Int], outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    var gradient = Block<Scalar>(repeating: 0, extent: extent, channels: outputGradient.channels)
    for position in 0..<gradient.positions {
      for channel in 0..<gradient.channels {
        gradient[position, channel] =
          outputGradient.values[channel] / Scalar(gradient.positions)
      }
    }
    return gradient
  }
}
