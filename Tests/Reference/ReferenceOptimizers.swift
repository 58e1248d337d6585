// One step of each optimiser, on all parameters as one flat array, in the order of operations of
// PyTorch's single-tensor implementations (torch/optim/sgd.py and adam.py). As there, the knobs are
// Double, whatever the scalar of the parameters: a knob is rounded only where it meets one.

import Foundation

/// Stochastic gradient descent with momentum, without dampening and not Nesterov's.
public struct ReferenceGradientDescent<Scalar: ReferenceScalar>: Sendable {
  public var learningRate: Double
  public var momentum: Double

  /// Adds this times a parameter to its gradient.
  public var weightDecay: Double

  /// The running sum of gradients. Before the first step it is zero.
  public private(set) var velocity: [Scalar] = []

  public init(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  public mutating func step(_ parameters: inout [Scalar], gradient: [Scalar]) {
    if velocity.isEmpty { velocity = Array(repeating: 0, count: parameters.count) }
    for i in parameters.indices {
      let decayed = gradient[i] + Scalar(weightDecay) * parameters[i]
      velocity[i] = Scalar(momentum) * velocity[i] + decayed
      parameters[i] -= Scalar(learningRate) * velocity[i]
    }
  }
}

/// Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019), which differ only in how
/// weight decay enters.
public struct ReferenceAdam<Scalar: ReferenceScalar>: Sendable {
  public var learningRate: Double

  /// The share that the mean of the gradient, and that of its square, keep at each step.
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double

  /// False for Adam: decay is added to the gradient, and so is divided by its size like all of it.
  /// True for AdamW: decay shrinks the parameters themselves, before the step.
  public var decoupled: Bool

  public private(set) var steps = 0

  /// The running mean of the gradient, and that of its square. Before the first step they are zero.
  public private(set) var firstMoment: [Scalar] = []
  public private(set) var secondMoment: [Scalar] = []

  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, decoupled: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decoupled = decoupled
  }

  public mutating func step(_ parameters: inout [Scalar], gradient: [Scalar]) {
    if steps == 0 {
      firstMoment = Array(repeating: 0, count: parameters.count)
      secondMoment = firstMoment
    }
    steps += 1
    // Both moments began at zero; these undo the bias towards it.
    let stepSize = Scalar(learningRate / (1 - pow(beta1, Double(steps))))
    let secondCorrection = Scalar((1 - pow(beta2, Double(steps))).squareRoot())

    for i in parameters.indices {
      var g = gradient[i]
      if decoupled {
        parameters[i] *= Scalar(1 - learningRate * weightDecay)
      } else {
        g += Scalar(weightDecay) * parameters[i]
      }
      firstMoment[i] += Scalar(1 - beta1) * (g - firstMoment[i])
      secondMoment[i] = Scalar(beta2) * secondMoment[i] + Scalar(1 - beta2) * g * g
      let size = secondMoment[i].squareRoot() / secondCorrection + Scalar(epsilon)
      parameters[i] -= stepSize * firstMoment[i] / size
    }
  }
}

/// The gradient, scaled down when its norm (over all parameters together) is above `largestNorm`.
///
/// As PyTorch's `clip_grad_norm_`: the factor is largestNorm / (norm + 1e-6), and at most 1.
public func referenceClipped<Scalar: ReferenceScalar>(
  _ gradient: [Scalar], toNorm largestNorm: Double
) -> [Scalar] {
  let norm = gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
  let factor = min(1, Scalar(largestNorm) / (norm + 1e-6))
  return gradient.map { $0 * factor }
}
