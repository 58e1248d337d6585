import ConvKitCore
import ConvKitReference
import Testing

/// Laws that hold whatever the reference says, through the real kernels.
@Suite struct LawTests {
  /// A length-one axis, on which the size is one, changes not a bit, wherever it stands.
  @Test func anAxisOfExtentOneIsNoAxis() throws {
    var generator = SplitMix64(seed: 60)
    var problems = (0..<60).map { _ in ConvolutionProblem.random(&generator) }
      .filter { $0.extent.count < 4 }
    problems.append(ConvolutionProblem([], channels: 3, features: 5, size: 1))
    #expect(problems.count >= 30)
    for (seed, problem) in problems.enumerated() {
      let example = ConvolutionExample(problem, .reals, seed: UInt64(seed))
      for place in 0...problem.extent.count {
        var wider = problem
        wider.extent.insert(1, at: place)
        wider.size.insert(1, at: place)
        // Neither matters on an axis with one window of one tap.
        wider.stride.insert(generator.integer(in: 1...3), at: place)
        wider.dilation.insert(generator.integer(in: 1...3), at: place)
        if case .each(var low, var high) = problem.padding {
          low.insert(0, at: place)
          high.insert(0, at: place)
          wider.padding = .each(low: low, high: high)
        }
        let widerExample = ConvolutionExample(wider, .reals, seed: UInt64(seed))
        for instructionSet in InstructionSet.available {
          let run = try widerExample.run(on: instructionSet)
          #expect(run.strayWrite == nil)
          let difference = run.bitDifference(from: try example.run(on: instructionSet))
          #expect(difference == nil, "\(problem) and \(wider) on \(instructionSet.name)")
        }
      }
    }
  }

  @Test func anAxisOfExtentOneIsNoAxisForPooling() throws {
    var generator = SplitMix64(seed: 61)
    let problems = (0..<60).map { _ in PoolingProblem.random(&generator) }
      .filter { $0.extent.count < 4 }
    #expect(problems.count >= 30)
    for (seed, problem) in problems.enumerated() {
      let example = PoolingExample(problem, .reals, seed: UInt64(seed))
      for place in 0...problem.extent.count {
        var wider = problem
        wider.extent.insert(1, at: place)
        wider.size.insert(1, at: place)
        wider.stride.insert(generator.integer(in: 1...3), at: place)
        wider.dilation.insert(generator.integer(in: 1...3), at: place)
        wider.low.insert(0, at: place)
        wider.high.insert(0, at: place)
        let widerExample = PoolingExample(wider, .reals, seed: UInt64(seed))
        for instructionSet in InstructionSet.available {
          let run = try widerExample.run(on: instructionSet)
          #expect(run.strayWrite == nil)
          let difference = run.bitDifference(from: try example.run(on: instructionSet))
          #expect(difference == nil, "\(problem) and \(wider) on \(instructionSet.name)")
        }
      }
    }
  }

  /// ⟨conv(x, w), y⟩ = ⟨x, convᵀ(y, w)⟩ = ⟨w, feature gradient(x, y)⟩, exactly on integers.
  @Test func theGradientsAreAdjoint() throws {
    var generator = SplitMix64(seed: 62)
    for seed in 0..<300 {
      var problem = ConvolutionProblem.random(&generator)
      (problem.rectify, problem.hasBias) = (false, false)
      let values = ConvolutionValues(.integers, for: problem, seed: UInt64(seed))
      let example = ConvolutionExample(problem, values)
      for instructionSet in InstructionSet.available {
        let results = try example.run(on: instructionSet).results
        func inner(_ name: String, minus start: [Float]? = nil, with other: [Float]) throws
          -> Double
        {
          let found = try #require(results[name])
          return found.indices.reduce(0) {
            $0 + (found[$1] - Double(start?[$1] ?? 0)) * Double(other[$1])
          }
        }
        let forward = try inner("output", with: values.outputGradient)
        #expect(
          try inner("input gradient", with: values.input) == forward,
          "\(problem) on \(instructionSet.name)")
        #expect(
          try inner("feature gradient", minus: values.weightGradientStart, with: values.weights)
            == forward, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  /// Groups are one convolution of all channels whose weights are zero between groups.
  @Test func groupsAreABlockDiagonal() throws {
    var generator = SplitMix64(seed: 63)
    var compared = 0
    for seed in 0..<400 {
      let grouped = ConvolutionProblem.random(&generator)
      guard grouped.groups > 1 else { continue }
      compared += 1
      var whole = grouped
      whole.groups = 1
      let values = ConvolutionValues(.integers, for: grouped, seed: UInt64(seed))
      // Where each weight of the groups stands among all.
      let (inputs, features) = (grouped.shape.inputsPerGroup, grouped.features)
      let places = values.weights.indices.map { index in
        let (line, feature) = (index / features, index % features)
        let group = feature / grouped.shape.featuresPerGroup
        let channel = group * inputs + line % inputs
        return (line / inputs * grouped.channels + channel) * features + feature
      }
      var wholeValues = values
      let zeros = [Float](repeating: 0, count: whole.shape.weightCount)
      (wholeValues.weights, wholeValues.weightGradientStart) = (zeros, zeros)
      for (index, place) in places.enumerated() {
        wholeValues.weights[place] = values.weights[index]
        wholeValues.weightGradientStart[place] = values.weightGradientStart[index]
      }
      let (one, other) = (
        ConvolutionExample(grouped, values), ConvolutionExample(whole, wholeValues)
      )
      for instructionSet in InstructionSet.available {
        let found = try one.run(on: instructionSet).results
        let expected = try other.run(on: instructionSet).results
        for name in ["output", "input gradient", "added input gradient", "bias gradient"] {
          #expect(found[name] == expected[name], "\(name) of \(grouped) on \(instructionSet.name)")
        }
        let gradient = try #require(expected["feature gradient"])
        #expect(
          found["feature gradient"] == places.map { gradient[$0] },
          "\(grouped) on \(instructionSet.name)")
      }
    }
    #expect(compared >= 100)
  }

  /// `same` with stride 1 keeps the extent, for every size and dilation and rank.
  @Test func samePaddingKeepsTheExtent() throws {
    for (size, dilation, rank) in product(1...7, 1...3, 1...4) {
      let extent = Array([5, 3, 2, 3].prefix(rank))
      var problem = ConvolutionProblem(
        extent, channels: 2, features: 2, size: 1, dilation: dilation, padding: .same)
      problem.size[rank - 1] = size
      problem.size[0] = size
      let geometry = try problem.window.geometry(over: extent)
      #expect(geometry.outputExtent == extent)
      let example = ConvolutionExample(problem)
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }
}
