import ConvKitCore
import ConvKitKernels

extension MelSpectrogram {
  /// The buffers of one thread that takes one sound after another to its bands and takes nothing from
  /// the heap meanwhile: a few frames at a time, whose bins are still in the cache when they are summed.
  ///
  /// The bits of a frame depend on its samples and the settings alone.
  package final class Workspace {
    package let spectrogram: MelSpectrogram
    private let spectra: ShortTimeFourierTransform.Workspace
    /// [frame, bin] of as many frames as `BandTable` takes.
    private let powers: AlignedFloats
    /// The same [bin, frame].
    private let turned: AlignedFloats

    package convenience init(_ spectrogram: MelSpectrogram) {
      self.init(spectrogram, instructionSet: ShortTimeFourierTransform.Workspace.instructionSet)
    }

    init(_ spectrogram: MelSpectrogram, instructionSet: InstructionSet) {
      self.spectrogram = spectrogram
      spectra = .init(spectrogram.transform, instructionSet: instructionSet)
      let count = BandTable.frames * spectrogram.filters.bins
      powers = AlignedFloats(count: count)
      turned = AlignedFloats(count: count)
    }

    /// Writes the sums [frame, band] of a sound.
    ///
    /// - Parameter sums: at least `transform.frameCount(samples:)` times `filters.bands` values.
    package func values(
      of samples: UnsafeBufferPointer<Float>, to sums: UnsafeMutableBufferPointer<Float>
    ) {
      let (bins, bands) = (spectrogram.filters.bins, spectrogram.filters.bands)
      let frames = spectrogram.transform.frameCount(samples: samples.count)
      precondition(sums.count >= frames * bands, "\(sums.count) places for bands")
      guard frames > 0, let to = sums.baseAddress else { return }
      for first in stride(from: 0, to: frames, by: BandTable.frames) {
        let count = min(BandTable.frames, frames - first)
        let tile = UnsafeMutableBufferPointer(start: powers.floats, count: count * bins)
        spectra.powers(of: samples, frames: first..<first + count, to: tile)
        if spectrogram.quantity == .magnitude {
          for place in tile.indices { tile[place].formSquareRoot() }
        }
        spectrogram.filters.table.sums(
          spectra.kernels, frames: count, powers.floats, step: bins, turned: turned.floats,
          to: to + first * bands)
      }
    }
  }
}
