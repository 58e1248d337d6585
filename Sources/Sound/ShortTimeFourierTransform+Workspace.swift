import ConvKitCore
import ConvKitKernels

extension ShortTimeFourierTransform {
  /// The buffers of one thread that transforms one sound after another and takes nothing from the heap
  /// meanwhile.
  ///
  /// The bits of a frame depend on its samples and the settings alone: not on its place, on how many
  /// frames there are or on the thread. Denormal numbers count as zero.
  package final class Workspace {
    package let transform: ShortTimeFourierTransform
    let kernels: convkit_kernels
    private let fourier: FourierTransform
    /// Frames [frame of the batch, sample]; outside of the window zero for good.
    private let input: AlignedFloats
    private let output: AlignedFloats
    /// One frame that reaches beyond the sound.
    private let edge: AlignedFloats

    package convenience init(_ transform: ShortTimeFourierTransform) {
      self.init(transform, instructionSet: Self.instructionSet)
    }

    init(_ transform: ShortTimeFourierTransform, instructionSet: InstructionSet) {
      self.transform = transform
      fourier = transform.fourier
      kernels = instructionSet.kernels.pointee
      input = AlignedFloats(count: fourier.batch * fourier.inputStep)
      output = AlignedFloats(count: fourier.batch * fourier.outputStep)
      edge = AlignedFloats(count: transform.windowLength)
    }

    /// All give the same bits here, so one that is asked for and missing need not be an error.
    static let instructionSet = (try? InstructionSet.requested()) ?? InstructionSet.available[0]

    /// Writes the spectrum [frame, bin] of a sound.
    ///
    /// - Parameter spectrum: at least `transform.frameCount(samples:)` times `transform.bins` values.
    package func spectrum(
      of samples: UnsafeBufferPointer<Float>, to spectrum: UnsafeMutableBufferPointer<SIMD2<Float>>
    ) {
      let bins = transform.bins
      let frames = transform.frameCount(samples: samples.count)
      precondition(spectrum.count >= frames * bins, "\(spectrum.count) places for a spectrum")
      guard frames > 0, let start = spectrum.baseAddress else { return }
      let half = transform.frameLength / 2
      let to = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Float.self)
      forEachFrame(of: samples, 0..<frames) { frame, row in
        let place = to + 2 * frame * bins
        if transform.frameLength.isMultiple(of: 2) {
          kernels.unpack_spectrum(half, row, fourier.turns.elements, place)
        } else {
          place.update(from: row, count: 2 * bins)
        }
      }
    }

    /// Writes the powers [frame, bin] of some frames of a sound.
    ///
    /// - Parameters:
    ///   - range: frames of 0..<transform.frameCount(samples:).
    ///   - powers: at least `range.count` times `transform.bins` values.
    package func powers(
      of samples: UnsafeBufferPointer<Float>, frames range: Range<Int>,
      to powers: UnsafeMutableBufferPointer<Float>
    ) {
      let bins = transform.bins
      precondition(powers.count >= range.count * bins, "\(powers.count) places for powers")
      guard !range.isEmpty, let start = powers.baseAddress else { return }
      let half = transform.frameLength / 2
      forEachFrame(of: samples, range) { frame, row in
        let place = start + (frame - range.lowerBound) * bins
        if transform.frameLength.isMultiple(of: 2) {
          kernels.unpack_powers(half, row, fourier.turns.elements, place)
        } else {
          kernels.powers(bins, row, place)
        }
      }
    }

    /// Calls `body` with every frame and what FFTW made of it.
    private func forEachFrame(
      of samples: UnsafeBufferPointer<Float>, _ range: Range<Int>,
      _ body: (_ frame: Int, _ row: UnsafeMutablePointer<Float>) -> Void
    ) {
      precondition(
        range.lowerBound >= 0 && range.upperBound <= transform.frameCount(samples: samples.count),
        "frames \(range) of a sound that has \(transform.frameCount(samples: samples.count))")
      let denormals = convkit_flush_denormals()
      defer { convkit_restore_denormals(denormals) }
      var first = range.lowerBound
      while first < range.upperBound {
        let count = min(fourier.batch, range.upperBound - first)
        // Places of a batch that is not full keep the frames before; nobody reads what comes of them.
        for place in 0..<count { window(frame: first + place, of: samples, to: place) }
        fourier.execute(input, output)
        for place in 0..<count { body(first + place, output.floats + place * fourier.outputStep) }
        first += count
      }
    }

    /// Puts a frame, windowed, at a place of the batch.
    private func window(frame: Int, of samples: UnsafeBufferPointer<Float>, to place: Int) {
      let length = transform.windowLength
      let start = frame * transform.hopLength - transform.reach + transform.lead
      let to = input.floats + place * fourier.inputStep + transform.lead
      guard start >= 0, start <= samples.count - length, let first = samples.baseAddress else {
        for i in 0..<length {
          let source = transform.padding.source(of: start + i, count: samples.count)
          edge.floats[i] = source.map { samples[$0] } ?? 0
        }
        kernels.apply_window(length, edge.floats, transform.factors.elements, to)
        return
      }
      kernels.apply_window(length, first + start, transform.factors.elements, to)
    }
  }
}
