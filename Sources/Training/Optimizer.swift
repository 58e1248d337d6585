import ConvKitCore
import ConvKitKernels
import ConvKitNetworks

/// What an optimiser remembers from step to step.
public struct OptimizerState: Codable, Equatable, Sendable {
  /// Steps taken.
  public package(set) var steps: Int
  /// By parameter: the mean of the gradients (Adam), or the last step (SGD).
  package var firstMoment: [Float]
  /// By parameter: the mean of their squares (Adam); empty for SGD.
  package var secondMoment: [Float]

  package init(steps: Int = 0, firstMoment: [Float], secondMoment: [Float]) {
    self.steps = steps
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
  }

  /// Of no parameter.
  static let empty = OptimizerState(firstMoment: [], secondMoment: [])
}

/// One step down the slope, in PyTorch's order of operations.
package struct Optimizer {
  let options: TrainingOptions
  package var state: OptimizerState

  package init(_ options: TrainingOptions, parameterCount: Int) {
    self.options = options
    let zeros = Array(repeating: Float(0), count: parameterCount)
    state = OptimizerState(
      firstMoment: zeros, secondMoment: options.optimizer == .sgd ? [] : zeros)
  }

  /// Changes the parameters of `runner` by the gradients that it has found.
  ///
  /// - Parameter rate: the learning rate of this step.
  package mutating func step(_ runner: NetworkRunner, rate: Double) {
    state.steps += 1
    let scale = clippingScale(runner)
    if options.optimizer == .sgd {
      descend(runner, rate: Float(rate), scale: scale)
    } else {
      adapt(runner, rate: rate, scale: scale)
    }
  }

  private mutating func descend(_ runner: NetworkRunner, rate: Float, scale: Float) {
    func settings(decays: Bool) -> convkit_descent {
      convkit_descent(
        momentum: Float(options.momentum), rate: rate,
        weight_decay: decays ? Float(options.weightDecay) : 0, gradient_scale: scale)
    }
    let (decaying, others) = (settings(decays: true), settings(decays: false))
    state.firstMoment.withUnsafeMutableBufferPointer { velocity in
      guard let velocity = velocity.baseAddress else { return }
      runner.update(
        Descent(
          decaying: decaying, others: others, kernels: runner.kernels, velocity: velocity))
    }
  }

  private mutating func adapt(_ runner: NetworkRunner, rate: Double, scale: Float) {
    let (beta1, beta2) = (0.9, 0.999)
    let isDecoupled = options.optimizer == .adamw
    func settings(decays: Bool) -> convkit_adam {
      let decay = decays ? options.weightDecay : 0
      return convkit_adam(
        beta1: Float(beta1), one_minus_beta1: Float(1 - beta1), beta2: Float(beta2),
        one_minus_beta2: Float(1 - beta2),
        step_size: Float(rate / (1 - power(beta1, state.steps))),
        root_correction: Float((1 - power(beta2, state.steps)).squareRoot()), epsilon: 1e-8,
        decay_factor: isDecoupled ? Float(1 - rate * decay) : 1,
        weight_decay: isDecoupled ? 0 : Float(decay), gradient_scale: scale)
    }
    let (decaying, others) = (settings(decays: true), settings(decays: false))
    state.firstMoment.withUnsafeMutableBufferPointer { first in
      state.secondMoment.withUnsafeMutableBufferPointer { second in
        guard let first = first.baseAddress, let second = second.baseAddress else { return }
        runner.update(
          Adaption(
            decaying: decaying, others: others, kernels: runner.kernels, first: first,
            second: second))
      }
    }
  }

  /// By repeated squaring, from products alone, so that it is the same on every machine.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }

  /// What the gradients are multiplied by so that all together are no longer than allowed.
  private func clippingScale(_ runner: NetworkRunner) -> Float {
    guard let longest = options.gradientNorm else { return 1 }
    // PyTorch adds 1e-6 so that a gradient of 0 is not divided by.
    return Float(min(1, longest / (runner.gradientSquares.squareRoot() + 1e-6)))
  }
}

/// A step of SGD.
private struct Descent: ParameterUpdate {
  let decaying: convkit_descent
  let others: convkit_descent
  let kernels: UnsafePointer<convkit_kernels>
  let velocity: UnsafeMutablePointer<Float>

  func change(
    _ range: Range<Int>, decays: Bool, parameters: UnsafeMutablePointer<Float>,
    gradients: UnsafePointer<Float>
  ) {
    var settings = decays ? decaying : others
    kernels.pointee.descend(
      &settings, range.count, gradients, parameters, velocity + range.lowerBound)
  }
}

/// A step of Adam or AdamW.
private struct Adaption: ParameterUpdate {
  let decaying: convkit_adam
  let others: convkit_adam
  let kernels: UnsafePointer<convkit_kernels>
  let first: UnsafeMutablePointer<Float>
  let second: UnsafeMutablePointer<Float>

  func change(
    _ range: Range<Int>, decays: Bool, parameters: UnsafeMutablePointer<Float>,
    gradients: UnsafePointer<Float>
  ) {
    var settings = decays ? decaying : others
    kernels.pointee.adam(
      &settings, range.count, gradients, parameters, first + range.lowerBound,
      second + range.lowerBound)
  }
}
