import ConvKitCore
import ConvKitKernels
import ConvKitReference
import Foundation
import Testing

@Suite struct InstructionSetTests {
  /// Those with fused multiply-add, which give the same bits.
  static let fused = InstructionSet.available.filter { $0.name != "baseline" }

  private func expectEqualBits(
    _ example: some Example, among sets: [InstructionSet], _ name: String
  ) throws {
    let first = try example.run(on: sets[0])
    for other in sets.dropFirst() {
      let difference = try example.run(on: other).bitDifference(from: first)
      #expect(difference == nil, "\(name): \(sets[0].name) and \(other.name)")
    }
  }

  @Test(
    .enabled(
      if: fused.count >= 2, "this machine has one table with fused multiply-add, or none"))
  func productsAreTheSameBits() throws {
    var generator = SplitMix64(seed: 70)
    for seed in 0..<300 {
      let problem = ConvolutionProblem.random(&generator)
      try expectEqualBits(
        ConvolutionExample(problem, .reals, seed: UInt64(seed)), among: Self.fused, "\(problem)")
    }
    for (seed, outputs) in (1...70).enumerated() {
      let example = DenseExample(
        count: 1 + seed % 30, inputs: 71 - outputs, outputs: outputs, rectify: seed % 2 == 0,
        gap: seed % 3, .reals, seed: UInt64(seed))
      try expectEqualBits(example, among: Self.fused, "\(example)")
    }
  }

  /// The loops over maps have no product to fuse, so the baseline agrees as well.
  @Test(.enabled(if: InstructionSet.available.count >= 2, "this machine has one table"))
  func loopsOverMapsAreTheSameBits() throws {
    var generator = SplitMix64(seed: 71)
    let sets = InstructionSet.available
    for seed: UInt64 in 0..<100 {
      let problem = PoolingProblem.random(&generator)
      try expectEqualBits(
        PoolingExample(problem, .reals, seed: seed), among: sets, "\(problem)")
      let channels = generator.integer(in: 1...40)
      for slope: Float in [0, 0.01] {
        try expectEqualBits(
          ActivationExample(
            slope: slope, extent: [3, 7], channels: channels, withSpecials: false, .reals,
            seed: seed), among: sets, "slope \(slope) on \(channels) channels")
      }
      try expectEqualBits(
        BatchNormalizationExample(examples: 3, extent: [4, 5], channels: channels, seed: seed),
        among: sets, "batch normalisation of \(channels) channels")
    }
  }

  @Test func sumsOfLanesRunInOrder() throws {
    for instructionSet in InstructionSet.available {
      for (count, lanes) in [(1, 1), (3, 2), (1023, 3), (1024, 1), (1025, 8), (2500, 5), (77, 0)] {
        let stride = count + 3
        var generator = SplitMix64(seed: UInt64(count))
        let values: [Float] = generator.reals(max(1, lanes) * stride)
        let memory = GuardedFloats(reading: values)
        let start: [Float] = generator.reals(count)
        let out = lanes > 0 ? GuardedFloats(writing: count) : GuardedFloats(adding: start)
        let squares = instructionSet.kernels.pointee.sum_lanes(
          count, lanes, stride, memory.start, out.start)
        let expected = (0..<count).map { index in
          lanes == 0
            ? start[index]
            : (1..<lanes).reduce(values[index]) { $0 + values[$1 * stride + index] }
        }
        let place: Comment = "\(count) × \(lanes) on \(instructionSet.name)"
        #expect(out.values == expected, place)
        #expect(squares == sumOfSquares(expected), place)
        #expect(out.strayWrite == nil)
        #expect(memory.strayWrite == nil)
      }
    }
  }

  /// In the order that the kernel has: blocks of 1024, in each 16 sums of every 16th square.
  private func sumOfSquares(_ values: [Float]) -> Double {
    stride(from: 0, to: values.count, by: 1024).reduce(0) { total, start in
      var sums = [Double](repeating: 0, count: 16)
      for (place, value) in values[start..<min(start + 1024, values.count)].enumerated() {
        sums[place % 16] += Double(value) * Double(value)
      }
      return total + sums.dropFirst().reduce(sums[0], +)
    }
  }

  /// One that is not finite shows wherever it stands, and no finite ones add up to infinity.
  @Test func squaresAreFiniteWhereAllAre() {
    for instructionSet in InstructionSet.available {
      let kernels = instructionSet.kernels.pointee
      for count in [1, 15, 16, 17, 1024, 1030] {
        var values = [Float](repeating: .greatestFiniteMagnitude, count: count)
        #expect(kernels.sum_lanes(count, 0, 0, values, &values).isFinite)
        for place in [0, count / 2, count - 1] {
          for bad in [Float.nan, .infinity, -.infinity] {
            var spoiled = values
            spoiled[place] = bad
            #expect(!kernels.sum_lanes(count, 0, 0, values, &spoiled).isFinite)
          }
        }
      }
    }
  }

  @Test(.enabled(if: InstructionSet.available.count >= 2, "this machine has one table"))
  func adamIsTheSameBits() {
    var generator = SplitMix64(seed: 72)
    let count = 1003
    let gradient: [Float] = generator.reals(count)
    let start: [Float] = generator.reals(count)
    var knobs = convkit_adam(
      beta1: 0.9, one_minus_beta1: 0.1, beta2: 0.999, one_minus_beta2: 0.001, step_size: 0.003,
      root_correction: 0.3, epsilon: 1e-8, decay_factor: 0.999, weight_decay: 0.01,
      gradient_scale: 0.7)
    let results = InstructionSet.available.map { instructionSet in
      let memory = [start, start.map { $0 / 8 }, start.map { $0 * $0 }]
        .map(GuardedFloats.init(adding:))
      for _ in 0..<5 {
        instructionSet.kernels.pointee.adam(
          &knobs, count, gradient, memory[0].start, memory[1].start, memory[2].start)
      }
      #expect(memory.allSatisfy { $0.strayWrite == nil })
      return memory.map { $0.values.map(\.bitPattern) }
    }
    #expect(results[0][0] != start.map(\.bitPattern))
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Every operation is rounded on its own, so that plain Swift gives the same bits.
  @Test func descentIsTheSameBits() {
    var generator = SplitMix64(seed: 73)
    let count = 1003
    let gradient: [Float] = generator.reals(count)
    let start: [Float] = generator.reals(count)
    var knobs = convkit_descent(
      momentum: 0.9, rate: 0.01, weight_decay: 0.03, gradient_scale: 0.7)
    var (expected, velocity) = (start, start)
    for index in 0..<count {
      let slope = gradient[index] * 0.7 + 0.03 * expected[index]
      velocity[index] = 0.9 * velocity[index] + slope
      expected[index] -= 0.01 * velocity[index]
    }
    for instructionSet in InstructionSet.available {
      let memory = [start, start].map(GuardedFloats.init(adding:))
      instructionSet.kernels.pointee.descend(
        &knobs, count, gradient, memory[0].start, memory[1].start)
      #expect(memory.allSatisfy { $0.strayWrite == nil })
      #expect(memory[0].values == expected, "\(instructionSet.name)")
      #expect(memory[1].values == velocity, "\(instructionSet.name)")
    }
  }

  @Test func namesAndPanels() throws {
    let names = InstructionSet.available.map(\.name)
    #expect(names.last == "baseline")
    #expect(Set(names).isSubset(of: ["avx512", "avx2", "neon", "baseline"]))
    #expect(InstructionSet(named: "sse") == nil)
    #expect(InstructionSet(named: "") == nil)
    for instructionSet in InstructionSet.available {
      #expect(InstructionSet(named: instructionSet.name) == instructionSet)
      let width = instructionSet.kernels.pointee.panel_columns
      for columns in 1...3 * width + 1 {
        let panels = instructionSet.panels(of: columns)
        #expect(panels.flatMap { Array($0) } == Array(0..<columns))
        #expect(panels.allSatisfy { $0.lowerBound % width == 0 && $0.count <= width })
      }
      #expect(instructionSet.panels(of: 0).isEmpty)
    }
  }

  /// In processes of their own, because the environment belongs to all threads.
  @Test func theEnvironmentForcesOne() async {
    await #expect(processExitsWith: .success) {
      setenv(InstructionSet.environmentVariable, "baseline", 1)
      exit(try InstructionSet.requested().name == "baseline" ? 0 : 1)
    }
    await #expect(processExitsWith: .success) {
      setenv(InstructionSet.environmentVariable, "", 1)
      exit(try InstructionSet.requested() == InstructionSet.available[0] ? 0 : 1)
    }
    await #expect(processExitsWith: .success) {
      setenv(InstructionSet.environmentVariable, "mmx", 1)
      do {
        _ = try InstructionSet.requested()
        exit(1)
      } catch let error as InstructionSetError {
        exit(
          error.category == .wrongCall && error.description.contains("\"mmx\"")
            && error.description.contains("baseline") ? 0 : 1)
      }
    }
  }
}
