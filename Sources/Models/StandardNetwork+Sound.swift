#if Sound
  import ConvKitCore
  import ConvKitFiles
  import ConvKitNetworks
  import ConvKitSound

  extension Network {
    /// The network that is trained on clips where none is given.
    ///
    /// - Spectrograms: convolutions that halve time and bands, one that spans all bands that are left, one
    ///   over time, and the average over time. What a sound is made of lies at its own height, so that
    ///   bands must not be averaged; when it sounds does not matter.
    /// - Frames: convolutions over time with pooling between them, and the average over time.
    /// - Waveforms: a convolution of 10 ms at 8 kHz whose features find frequencies, and then the same.
    ///
    /// What is too short or has too few bands for that gets the network of its extents.
    static func standard(for frontEnd: SoundFrontEnd) -> Network {
      let input = frontEnd.inputShape
      switch frontEnd.form {
      case .spectrogram:
        // As the convolution and the poolings below leave them.
        let bands = (input.extent[1] + 1) / 2 / 2 / 2
        guard bands >= 2, input.extent[0] >= 16 else { return standard(for: input) }
        return spectrogram(bandsLeft: bands)
      case .frames:
        guard input.extent[0] >= 16 else { return standard(for: input) }
        return Network {
          Self.features(64, size: 5)
          MaxPool(2)
          Self.features(96, size: 3)
          MaxPool(2)
          Self.features(128, size: 3)
          Self.ending
        }
      case .waveform:
        guard input.extent[0] >= 1024 else { return standard(for: input) }
        return Network {
          Self.features(32, size: 80, stride: 4)
          MaxPool(4)
          Self.features(32, size: 3)
          MaxPool(4)
          Self.features(64, size: 3)
          MaxPool(4)
          Self.features(128, size: 3)
          Self.ending
        }
      }
    }

    private static func spectrogram(bandsLeft: Int) -> Network {
      Network {
        Self.features(8, size: 5, stride: 2)
        Self.features(16, size: 3)
        MaxPool([1, 2])
        Self.features(32, size: 3)
        MaxPool(2)
        Conv(
          64, size: [3, bandsLeft], padding: .each(low: [1, 0], high: [1, 0]), bias: false)
        BatchNorm()
        ReLU()
        Self.features(64, size: [3, 1])
        Self.ending
      }
    }

    private static func features(_ count: Int, size: PerAxis, stride: PerAxis = 1) -> Network {
      Network {
        // The normalisation has a value that is added everywhere.
        Conv(count, size: size, stride: stride, padding: .same, bias: false)
        BatchNorm()
        ReLU()
      }
    }

    private static var ending: Network {
      Network {
        GlobalAveragePool()
        Dropout(0.2)
        Votes()
      }
    }
  }
#endif
