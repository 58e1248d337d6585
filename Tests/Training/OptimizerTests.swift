import ConvKitCore
import ConvKitNetworks
import ConvKitReference
import Testing

@testable import ConvKitTraining

/// The optimisers against the reference in Double, given the same gradients, over several steps.
///
/// The bound runs along: each step adds, to first order, what its roundings can have added
/// (ε = 2⁻²⁴ each, at most 8 of them on the way of one term, the rounding of the knobs included) and
/// carries on what the values before it were off.
@Suite struct OptimizerTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let options: TrainingOptions

    init(_ name: String, _ change: (inout TrainingOptions) -> Void) {
      testDescription = name
      options = Toy.options(change)
    }
  }

  static let cases = [
    Case("plain descent") {
      $0.optimizer = .sgd
      $0.momentum = 0
    },
    Case("momentum") { $0.optimizer = .sgd },
    Case("momentum and decay") {
      $0.optimizer = .sgd
      $0.weightDecay = 0.3
    },
    Case("momentum, decay, clipped") {
      $0.optimizer = .sgd
      $0.weightDecay = 0.3
      $0.gradientNorm = 0.05
    },
    Case("adam") { $0.optimizer = .adam },
    Case("adam with decay") {
      $0.optimizer = .adam
      $0.weightDecay = 0.3
    },
    Case("adam, clipped") {
      $0.optimizer = .adam
      $0.gradientNorm = 0.05
    },
    Case("adamw") {
      $0.optimizer = .adamw
      $0.weightDecay = 0.3
    },
    Case("adamw, clipped") {
      $0.optimizer = .adamw
      $0.weightDecay = 0.3
      $0.gradientNorm = 0.05
    },
    Case("rate of adam") {
      $0.optimizer = .adam
      $0.learningRate = nil
    },
    Case("rate of adamw") {
      $0.optimizer = .adamw
      $0.learningRate = nil
    },
    Case("rate of descent") {
      $0.optimizer = .sgd
      $0.learningRate = nil
    },
  ]

  /// What the reference has of the parameters that decay, or of the others, and how far off ours may
  /// be.
  struct Expected {
    let options: TrainingOptions
    let rate: Double
    let decay: Double
    var descent: ReferenceGradientDescent<Double>
    var adam: ReferenceAdam<Double>
    var values: [Double]
    var valueErrors: [Double]
    var firstErrors: [Double]
    var secondErrors: [Double]
    let epsilon = 0x1p-24

    init(_ options: TrainingOptions, decays: Bool, values: [Float]) {
      self.options = options
      // The defaults that the options promise, written out.
      rate = options.learningRate ?? (options.optimizer == .sgd ? 0.01 : 0.001)
      decay = decays ? options.weightDecay : 0
      descent = ReferenceGradientDescent(
        learningRate: rate, momentum: options.momentum, weightDecay: decay)
      adam = ReferenceAdam(
        learningRate: rate, weightDecay: decay, decoupled: options.optimizer == .adamw)
      self.values = values.map(Double.init)
      valueErrors = values.map { _ in 0 }
      firstErrors = valueErrors
      secondErrors = valueErrors
    }

    mutating func step(_ gradient: [Double]) {
      if options.optimizer == .sgd { descend(gradient) } else { adapt(gradient) }
    }

    private mutating func descend(_ gradient: [Double]) {
      let before = values
      let velocity = descent.velocity.isEmpty ? before.map { _ in 0 } : descent.velocity
      descent.step(&values, gradient: gradient)
      for i in values.indices {
        let sizes =
          options.momentum * velocity[i].magnitude + gradient[i].magnitude
          + decay * before[i].magnitude
        firstErrors[i] =
          options.momentum * firstErrors[i] + decay * valueErrors[i] + 8 * epsilon * sizes
        valueErrors[i] +=
          rate * firstErrors[i]
          + 8 * epsilon * (rate * descent.velocity[i].magnitude + before[i].magnitude)
      }
    }

    private mutating func adapt(_ gradient: [Double]) {
      let before = values
      let first = adam.steps == 0 ? before.map { _ in 0 } : adam.firstMoment
      let second = adam.steps == 0 ? before.map { _ in 0 } : adam.secondMoment
      adam.step(&values, gradient: gradient)
      let added = adam.decoupled ? 0 : decay
      let (keeps1, keeps2) = (1 - power(0.9, adam.steps), 1 - power(0.999, adam.steps))
      for i in values.indices {
        let slope = gradient[i] + added * before[i]
        let slopeError =
          added * valueErrors[i]
          + 8 * epsilon * (gradient[i].magnitude + added * before[i].magnitude)
        firstErrors[i] =
          0.9 * firstErrors[i] + 0.1 * slopeError
          + 8 * epsilon * (0.9 * first[i].magnitude + 0.1 * slope.magnitude)
        secondErrors[i] =
          0.999 * secondErrors[i] + 0.002 * slope.magnitude * slopeError
          + 8 * epsilon * (0.999 * second[i] + 0.001 * slope * slope)
          + Double(Float.leastNormalMagnitude)
        let root = adam.secondMoment[i].squareRoot()
        let lowRoot = max(0, adam.secondMoment[i] - secondErrors[i]).squareRoot()
        let size = root / keeps2.squareRoot() + 1e-8
        let sizeError = (root - lowRoot) / keeps2.squareRoot() + 8 * epsilon * size
        let least = size - sizeError
        let mean = adam.firstMoment[i].magnitude
        valueErrors[i] +=
          rate / keeps1
          * (firstErrors[i] / least + mean * sizeError / (least * size)
            + 8 * epsilon * mean / size) + 8 * epsilon * before[i].magnitude
      }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
      (0..<exponent).reduce(1) { power, _ in power * base }
    }
  }

  @Test(arguments: cases) func agreesWithTheReference(_ test: Case) throws {
    let compiled = try Toy.compiled()
    var values = try compiled.initialValues(seed: 3)
    // Biases start at 0, where a decay would not show.
    for index in values.parameters.indices where values.parameters[index] == 0 {
      values.parameters[index] = 0.5
    }
    let runner = try NetworkRunner(compiled, values: values, threads: 1)
    var optimizer = Optimizer(test.options, parameterCount: values.parameterCount)
    let decaying = compiled.parameters.filter { $0.name.hasSuffix("weight") }.flatMap {
      Array($0.offset..<$0.end)
    }
    let others = Array(Set(values.parameters.indices).subtracting(decaying)).sorted()
    #expect(others.count == 4 + 8 + 2)
    var expected = [(decaying, true), (others, false)].map { places, decays in
      Expected(test.options, decays: decays, values: places.map { values.parameters[$0] })
    }

    let source = Toy.source(rank: 2, count: 8)
    for step in 1...6 {
      _ = try runner.findGradients(
        of: source.inputs, examples: Array(0..<8), batchSize: 8, step: StepKey(seed: 0, epoch: 1)
      ) { place, scores, slopes in
        CrossEntropy().loss(
          scores: scores, label: source.labels[place], normalizer: 8, gradient: slopes)
      }
      var gradient = runner.gradients.map(Double.init)
      if let longest = test.options.gradientNorm {
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm > longest, "clipping must have something to do")
        gradient = referenceClipped(gradient, toNorm: longest)
      }
      optimizer.step(runner, rate: test.options.fullLearningRate)
      let found = runner.values.parameters
      for (index, places) in [decaying, others].enumerated() {
        expected[index].step(places.map { gradient[$0] })
        for (number, place) in places.enumerated() {
          let error = (Double(found[place]) - expected[index].values[number]).magnitude
          let bound = expected[index].valueErrors[number]
          #expect(error <= bound, "step \(step), parameter \(place): \(error) over \(bound)")
        }
      }
    }
    #expect(optimizer.state.steps == 6)
    // The bound tells the optimisers apart: it is far below what the steps did.
    let moved = zip(runner.values.parameters, values.parameters).map { ($0 - $1).magnitude }.max()
    let median = (expected.flatMap(\.valueErrors).sorted())[values.parameterCount / 2]
    #expect(median < 1e-3 * Double(try #require(moved)))
  }

  @Test func aShortGradientIsNotClipped() throws {
    func trained(_ norm: Double?) throws -> [UInt32] {
      let trainer = try Trainer(
        Toy.compiled(),
        options: Toy.options {
          $0.gradientNorm = norm
          $0.batchSize = 24
        })
      _ = try trainer.step(Toy.examples(Toy.source(rank: 2)))
      return trainer.state.values.bits
    }
    #expect(try trained(1e6) == trained(nil))
    #expect(try trained(1e-3) != trained(nil))
  }
}
