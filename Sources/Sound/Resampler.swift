import CSampleRate
import ConvKitCore

/// Why sound was not resampled.
public enum ResamplingError: ReportableError, Equatable {
  /// The rates are further apart than libsamplerate goes.
  case tooFarApart(from: Int, to: Int)
  /// libsamplerate could not do its work; `reason` holds its words.
  case failed(reason: String)

  public var category: ErrorCategory {
    switch self {
    case .tooFarApart: .badData
    case .failed: .inputOutput
    }
  }

  public var description: String {
    switch self {
    case .tooFarApart(let from, let to):
      """
      Sound of \(from) Hz cannot be resampled to \(to) Hz: rates may differ \(Resampler.largestRatio) \
      times at most. Choose a rate that is closer, or leave the sound out.
      """
    case .failed(let reason):
      "Sound cannot be resampled (libsamplerate: \(reason)). Give the program more memory."
    }
  }
}

/// Brings sound to another sample rate, block by block: by a filter with a table of taps for every place
/// that a frame can have between two others, or, where there would be too many, by libsamplerate.
///
/// What lies below 0.9 of the lower of both limits (half the rates) stays within 0.1 dB, and what lies above
/// 1.1 of it is at least 80 dB down. libsamplerate's best converter keeps to that too, and takes some fifty
/// times as long (10 minutes from 44,100 to 8,000 Hz: 45 s and 0.8 s); its medium one is 2.1 dB down at 0.9.
///
/// The result is aligned with what was put in, and has the same bits whatever the blocks. For one thread at
/// a time; the pointers that the library wants stay here.
public final class Resampler {
  /// In Hz.
  public let inputRate: Int
  /// In Hz.
  public let outputRate: Int
  public let channels: Int

  /// How far rates may be apart: libsamplerate's own limit.
  public static let largestRatio = 256

  /// nil when the rates are the same, or libsamplerate is at work.
  private var filtering: PolyphaseResampling?
  /// nil when it is not libsamplerate that works.
  private let state: OpaquePointer?
  private var inputFrames = 0
  private var outputFrames = 0

  /// Frames that one call of the library puts out at most; only the memory depends on it.
  private static let blockSize = 4096

  /// - Throws: `ResamplingError`.
  /// - Precondition: rates above zero, and 1 to 128 channels, the library's limit.
  public init(from inputRate: Int, to outputRate: Int, channels: Int) throws {
    precondition(
      inputRate > 0 && outputRate > 0 && (1...128).contains(channels),
      "\(channels) channels from \(inputRate) to \(outputRate) Hz")
    let (lower, higher) = (min(inputRate, outputRate), max(inputRate, outputRate))
    let (reach, isBeyond) = lower.multipliedReportingOverflow(by: Self.largestRatio)
    guard isBeyond || higher <= reach else {
      throw ResamplingError.tooFarApart(from: inputRate, to: outputRate)
    }
    self.inputRate = inputRate
    self.outputRate = outputRate
    self.channels = channels
    let filter =
      inputRate == outputRate ? nil : PolyphaseFilter.between(inputRate, outputRate)
    guard inputRate != outputRate, filter == nil else {
      filtering = filter.map { PolyphaseResampling($0, channels: channels) }
      state = nil
      return
    }
    var code: CInt = 0
    state = src_new(CInt(SRC_SINC_BEST_QUALITY), CInt(channels), &code)
    guard state != nil else { throw Self.failure(code) }
  }

  deinit { _ = state.map(src_delete) }

  /// Takes the next frames and appends what they complete, some hundreds of frames later.
  ///
  /// - Parameters:
  ///   - input: [frame, channel].
  ///   - isLast: whether the sound ends here. All that is missing follows then, up to
  ///     `frames(for:)` of all that was put in, and the next sound may begin.
  ///   - output: [frame, channel].
  /// - Throws: `ResamplingError`.
  /// - Precondition: whole frames.
  public func process(
    _ input: [Float], isLast: Bool, appendingTo output: inout [Float]
  ) throws {
    precondition(
      input.count % channels == 0, "\(input.count) samples of \(channels) channels")
    inputFrames += input.count / channels
    guard inputRate != outputRate else {
      output += input
      if isLast { inputFrames = 0 }
      return
    }
    try put(input, appendingTo: &output, until: Int.max)
    guard isLast else { return }
    // Silence after the end, rather than the library's own end, which may come a frame early.
    let wanted = frames(for: inputFrames)
    let silence = [Float](repeating: 0, count: 1024 * channels)
    while outputFrames < wanted {
      try put(silence, appendingTo: &output, until: wanted)
    }
    if let state {
      src_reset(state)
    } else {
      filtering = PolyphaseFilter.between(inputRate, outputRate).map {
        PolyphaseResampling($0, channels: channels)
      }
    }
    (inputFrames, outputFrames) = (0, 0)
  }

  /// How many frames so many become: their number times the ratio of the rates, rounded.
  public func frames(for count: Int) -> Int {
    let (high, low) = count.multipliedFullWidth(by: outputRate)
    let (half, carry) = low.addingReportingOverflow(UInt(inputRate / 2))
    return inputRate.dividingFullWidth((high + (carry ? 1 : 0), half)).quotient
  }

  private func put(
    _ input: [Float], appendingTo output: inout [Float], until limit: Int
  ) throws {
    guard let state else {
      outputFrames +=
        filtering?.put(input, appendingTo: &output, limit: limit - outputFrames) ?? 0
      return
    }
    try put(input, into: state, appendingTo: &output, until: limit)
  }

  private func put(
    _ input: [Float], into state: OpaquePointer, appendingTo output: inout [Float],
    until limit: Int
  ) throws {
    var used = 0
    while outputFrames < limit {
      let start = output.count
      let room = min(Self.blockSize, limit - outputFrames)
      output += repeatElement(0, count: room * channels)
      var data = SRC_DATA()
      let code = input.withUnsafeBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
          data.data_in = source.baseAddress.map { $0 + used * channels }
          data.data_out = target.baseAddress.map { $0 + start }
          data.input_frames = input.count / channels - used
          data.output_frames = room
          data.src_ratio = Double(outputRate) / Double(inputRate)
          return src_process(state, &data)
        }
      }
      let made = code == 0 ? data.output_frames_gen : 0
      output.removeLast((room - made) * channels)
      guard code == 0 else { throw Self.failure(code) }
      used += data.input_frames_used
      outputFrames += made
      if used * channels == input.count && made < room { break }
    }
  }

  private static func failure(_ code: CInt) -> ResamplingError {
    .failed(reason: src_strerror(code).map { String(cString: $0) } ?? "error \(code)")
  }
}

extension SoundClip {
  /// The clip at another sample rate, frames(for: its frames) long; see `Resampler`.
  ///
  /// - Throws: `ResamplingError`.
  /// - Precondition: a rate above zero.
  public func resampled(to rate: Int) throws -> SoundClip {
    if rate == sampleRate { return self }
    let resampler = try Resampler(from: sampleRate, to: rate, channels: channels)
    var output: [Float] = []
    output.reserveCapacity(resampler.frames(for: frames) * channels + 4096 * channels)
    try resampler.process(samples, isLast: true, appendingTo: &output)
    return SoundClip(sampleRate: rate, channels: channels, samples: output)
  }
}
