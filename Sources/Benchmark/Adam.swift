import ConvKit
import ConvKitKernels

/// Adam (Kingma and Ba 2015) over the parameters of a runner, with PyTorch's defaults.
struct Adam {
  let learningRate: Double
  private let beta1 = 0.9
  private let beta2 = 0.999
  private var firstMoments: [Float]
  private var secondMoments: [Float]
  /// 0.9 and 0.999 to the power of the steps taken.
  private var decays = (first: 1.0, second: 1.0)

  init(_ compiled: CompiledNetwork, learningRate: Double) {
    self.learningRate = learningRate
    firstMoments = Array(repeating: 0, count: compiled.parameterCount)
    secondMoments = firstMoments
  }

  /// Moves the parameters by the gradients that the runner has found.
  mutating func step(_ runner: NetworkRunner) {
    decays.first *= beta1
    decays.second *= beta2
    var constants = convkit_adam(
      beta1: Float(beta1), one_minus_beta1: Float(1 - beta1),
      beta2: Float(beta2), one_minus_beta2: Float(1 - beta2),
      step_size: Float(learningRate / (1 - decays.first)),
      root_correction: Float((1 - decays.second).squareRoot()), epsilon: 1e-8, decay_factor: 1,
      weight_decay: 0, gradient_scale: 1)
    let adam = runner.kernels.pointee.adam
    firstMoments.withUnsafeMutableBufferPointer { first in
      secondMoments.withUnsafeMutableBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        withUnsafePointer(to: &constants) { constants in
          runner.update { range, _, parameters, gradients in
            adam?(
              constants, range.count, gradients, parameters, first + range.lowerBound,
              second + range.lowerBound)
          }
        }
      }
    }
  }
}

extension CompiledNetwork {
  fileprivate var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}
