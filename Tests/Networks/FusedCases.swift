import ConvKitNetworks

extension NetworkCase {
  /// What runs as one with its neighbours, or for several examples together.
  static let fused: [NetworkCase] = [
    between("pooled") {
      Conv(5, size: 2, padding: .same)
      ReLU()
      MaxPool(2)
    },
    between("pooled, padding and overhang") {
      Conv(17, size: 3, padding: .same, bias: false)
      ReLU()
      MaxPool(2, padding: .each(low: 1, high: 0), overhang: true)
    },
    between("pooled, groups") {
      Conv(8, size: 2, padding: .same, groups: 2)
      ReLU()
      MaxPool(2)
    },
    // Three positions along every axis: at least 8 taps from two axes on.
    between("chosen, with padding") {
      Conv(5, size: 3, padding: .same)
      ReLU()
      MaxPool(3, overhang: true)
    },
    // Eight taps on every rank.
    between("chosen from every position") {
      Conv(9, size: 2, padding: .same)
      ReLU()
      GlobalMaxPool()
    },
    // The map between is read twice, and either reader's gradient comes first.
    NetworkCase("chosen in branches") {
      Conv(4, size: 2)
      Branches {
        Branch {
          Conv(5, size: 3, padding: .same)
          ReLU()
          GlobalMaxPool()
        }
        Branch { Flatten() }
        Branch {
          Conv(3, size: 2)
          ReLU()
          GlobalMaxPool()
        }
      }
      Votes()
    },
    NetworkCase("chosen beside a convolution") {
      Conv(4, size: 2)
      Branches {
        Branch {
          Conv(2, size: 2, padding: .same)
          Flatten()
        }
        Branch {
          Conv(5, size: 3, padding: .same)
          ReLU()
          MaxPool(3, overhang: true)
          Flatten()
        }
      }
      Votes()
    },
    between("frozen and chosen") {
      Frozen {
        Conv(5, size: 3, padding: .same)
        ReLU()
        GlobalMaxPool()
      }
    },
    NetworkCase("frozen in front of chosen") {
      Frozen { Conv(4, size: 2) }
      Conv(5, size: 2, padding: .same)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    NetworkCase("embedding, then padded and chosen", isText: true) {
      Embedding(6)
      Conv(17, size: 3, padding: .same)
      ReLU()
      GlobalMaxPool()
      Dense(4)
      ReLU()
      Votes()
    },
    NetworkCase("two large dense layers first") {
      Flatten()
      Dense(70)
      Dense(90)
      ReLU()
      Votes()
    },
    NetworkCase("large dense layers in a row") {
      Conv(4, size: 2)
      ReLU()
      Flatten()
      Dense(65)
      ReLU()
      Dense(70)
      ReLU()
      Dropout(0)
      Dense(40)
      Votes()
    },
    NetworkCase("large dense layers in branches") {
      Flatten()
      Branches {
        Branch {
          Dense(65)
          ReLU()
        }
        Branch { Dense(40) }
        Branch {}
      }
      Residual {
        Dense(60)
        ReLU()
      } shortcut: {
        Dense(60)
      }
      Votes()
    },
    NetworkCase("frozen large dense layer") {
      Conv(3, size: 2)
      Flatten()
      Frozen {
        Dense(80)
        ReLU()
      }
      Dense(70)
      Votes()
    },
    NetworkCase("batch normalisation across stretches", isExact: false) {
      Conv(4, size: 2)
      Residual {
        BatchNorm()
        ReLU()
        Conv(4, size: 3, padding: .same)
        BatchNorm()
      }
      ReLU()
      Conv(5, size: 2, padding: .same)
      ReLU()
      GlobalMaxPool()
      Dense(65)
      ReLU()
      Votes()
    },
    NetworkCase("depthwise, normalised, pooled", isExact: false) {
      Conv(6, size: 2)
      Conv(6, size: 3, padding: .same, groups: 6)
      BatchNorm()
      ReLU()
      MaxPool(2)
      Conv(12, size: 1, groups: 3, bias: false)
      BatchNorm()
      ReLU()
      GlobalMaxPool()
      Votes()
    },
  ]
}
