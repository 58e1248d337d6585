import CFFTW
import ConvKitCore
import Synchronization

/// The Fourier transform of real values of one length, in single precision, by FFTW.
///
/// An even length is transformed as half as many complex numbers, from which the bins are unpacked
/// in the same pass that squares them: FFTW's vectors do not reach its real transforms, and those
/// of 512 values took 900 ns where this way took 270 (one core of a Xeon with AVX-512, FFTW 3.3.10
/// built for AVX, `FFTW_ESTIMATE`). An odd length takes FFTW's real transform.
///
/// Plans are made once for each length and kept: under a lock, because FFTW's planner is not
/// thread-safe, with `FFTW_ESTIMATE`, because a plan that was measured differs from run to run, and on
/// aligned memory, which every workspace has. Executing one is thread-safe.
final class FourierTransform: @unchecked Sendable {
  // Unchecked because of the plans, which FFTW does not change after they are made.

  /// Values of a frame.
  let length: Int
  /// Frames that one call transforms. The results do not depend on a frame's place among them.
  let batch: Int
  /// Floats from one frame to the next where they enter.
  let inputStep: Int
  /// Floats from one frame to the next where FFTW leaves them.
  let outputStep: Int
  /// −i exp(−2πi k / length) for k = 0...length / 4, first the real parts; empty for an odd length.
  let turns: ConstantTable<Float>

  private let forward: fftwf_plan
  private let backward: fftwf_plan

  /// Frequencies of a transform: length / 2 + 1.
  var bins: Int { length / 2 + 1 }

  private static let made = Mutex<[Int: FourierTransform]>([:])

  /// The transform of frames of `length` values.
  ///
  /// - Precondition: `length` is of `ShortTimeFourierTransform.frameLengths`.
  static func of(length: Int) -> FourierTransform {
    made.withLock { made in
      if let known = made[length] { return known }
      let new = FourierTransform(length: length)
      made[length] = new
      return new
    }
  }

  /// To be called under the lock.
  private init(length: Int) {
    self.length = length
    let half = length / 2
    // Together short frames gain up to a third (128 values: 120 to 80 ns), from 512 values on nothing,
    // and a last batch that is not full costs a whole one.
    batch = max(1, min(8, 1024 / length))
    let isEven = length.isMultiple(of: 2)
    // Rows begin on lines of the cache, of 16 floats; an even length has a last bin put behind it.
    inputStep = (length + 15) / 16 * 16
    outputStep = (2 * (half + 1) + 15) / 16 * 16
    if isEven {
      let turned = (0...half / 2).map {
        Elementary.cosineAndSine(2 * Double.pi * Double($0) / Double(length))
      }
      turns = ConstantTable(turned.map { Float(-$0.sine) } + turned.map { Float(-$0.cosine) })
    } else {
      turns = ConstantTable([])
    }

    let input = AlignedFloats(count: batch * inputStep)
    let output = AlignedFloats(count: batch * outputStep)
    var size = Int32(isEven ? half : length)
    let plan: fftwf_plan? =
      isEven
      ? fftwf_plan_many_dft(
        1, &size, Int32(batch), input.complex, nil, 1, Int32(inputStep / 2), output.complex, nil, 1,
        Int32(outputStep / 2), FFTW_FORWARD, FFTW_ESTIMATE)
      : fftwf_plan_many_dft_r2c(
        1, &size, Int32(batch), input.floats, nil, 1, Int32(inputStep), output.complex, nil, 1,
        Int32(outputStep / 2), FFTW_ESTIMATE)
    let inverse = fftwf_plan_dft_c2r_1d(Int32(length), output.complex, input.floats, FFTW_ESTIMATE)
    guard let plan, let inverse else {
      preconditionFailure("FFTW has no plan for \(length) values")
    }
    forward = plan
    backward = inverse
  }

  /// Transforms `batch` frames, which stay as they are. What it leaves is to be read by
  /// `ShortTimeFourierTransform.Workspace` alone.
  func execute(_ input: AlignedFloats, _ output: AlignedFloats) {
    guard length.isMultiple(of: 2) else {
      fftwf_execute_dft_r2c(forward, input.floats, output.complex)
      return
    }
    fftwf_execute_dft(forward, input.complex, output.complex)
    for frame in 0..<batch {
      let row = output.floats + frame * outputStep
      row[length] = row[0]
      row[length + 1] = row[1]
    }
  }

  /// Transforms the bins of one frame back to `length` times its values; the bins are lost. The
  /// imaginary parts of the first bin and, for an even length, of the last do not count.
  func executeInverse(_ input: AlignedFloats, _ output: AlignedFloats) {
    fftwf_execute_dft_c2r(backward, input.complex, output.floats)
  }
}

/// Zeros in memory as FFTW wants it aligned.
final class AlignedFloats {
  let floats: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    // Without memory there is nothing left to do, as for an array.
    guard let floats = fftwf_alloc_real(count) else {
      fatalError("no memory for \(count) values")
    }
    floats.initialize(repeating: 0, count: count)
    self.floats = floats
    self.count = count
  }

  /// The same as complex numbers: real, imaginary.
  var complex: UnsafeMutablePointer<fftwf_complex> {
    UnsafeMutableRawPointer(floats).assumingMemoryBound(to: fftwf_complex.self)
  }

  deinit { fftwf_free(floats) }
}
