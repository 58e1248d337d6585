import Testing

@testable import ConvKitTraining

@Suite struct ScheduleTests {
  /// 4 epochs of 5 steps, printed by `Tests/Peers/schedule_goldens.py` with PyTorch 2.13.0.
  private static let goldens: [(LearningRateSchedule, warmUp: Double, [Double])] = [
    (.constant, 1, [0.2, 0.4, 0.6, 0.8] + Array(repeating: 1, count: 16)),
    (
      .step(factor: 0.5, every: 1), 0,
      [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125]
        + [0.125, 0.125]
    ),
    (
      .step(factor: 0.5, every: 1), 1,
      [0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]
        + [0.25]
    ),
    (
      .cosine(floor: 0.1), 0,
      [
        1, 0.994459753268, 0.977975432333, 0.950952935885, 0.914057647469, 0.868198051534,
        0.814503363532, 0.754295724883, 0.689057647469, 0.620395509268, 0.55, 0.479604490732,
        0.410942352531, 0.345704275117, 0.285496636468, 0.231801948466, 0.185942352531,
        0.149047064115, 0.122024567667, 0.105540246732,
      ]
    ),
    (
      .cosine(floor: 0.1), 1.2,
      [
        0.166666666667, 0.333333333333, 0.5, 0.666666666667, 0.833333333333, 1, 1,
        0.988717560482, 0.955435990556, 0.901824167111, 0.830570410836, 0.745247682603,
        0.65013442028, 0.55, 0.44986557972, 0.354752317397, 0.269429589164, 0.198175832889,
        0.144564009444, 0.111282439518,
      ]
    ),
    (
      .oneCycle, 0,
      [
        0.04, 0.1316718427, 0.3716718427, 0.6683281573, 0.9083281573, 1, 0.987464006235,
        0.950484632013, 0.890916177571, 0.81174565395, 0.716943001791, 0.611262021936, 0.500002,
        0.388741978064, 0.283060998209, 0.18825834605, 0.109087822429, 0.0495193679865,
        0.0125399937649, 4e-06,
      ]
    ),
  ]

  @Test func agreesWithPyTorch() {
    for (schedule, warmUp, golden) in Self.goldens {
      #expect(golden.count == 20)
      for (step, share) in golden.enumerated() {
        let found = schedule.factor(step: step, stepsPerEpoch: 5, epochs: 4, warmUp: warmUp)
        // Twelve digits are printed, and our cosine is within 1e-11.
        #expect((found - share).magnitude < 2e-11, "\(schedule), step \(step): \(found), \(share)")
      }
    }
  }

  /// However few steps there are, every share is one that a training can use.
  @Test func sharesOfShortTrainingsAreUsable() {
    let schedules: [LearningRateSchedule] = [
      .constant, .step(factor: 0.1, every: 1), .cosine(floor: 0), .oneCycle,
    ]
    for schedule in schedules {
      for steps in 1...5 {
        for warmUp in [0, 0.3, 1, 7, 1e300] {
          for step in 0...steps * 2 {
            let share = schedule.factor(
              step: step, stepsPerEpoch: steps, epochs: 2, warmUp: warmUp)
            #expect(share >= 0 && share <= 1, "\(schedule), \(steps), \(warmUp), \(step): \(share)")
          }
        }
      }
    }
  }

  @Test func theTrainerFollowsTheSchedule() throws {
    func bits(_ schedule: LearningRateSchedule, warmUp: Double = 0) throws -> [UInt32] {
      let trainer = try Trainer(
        Toy.compiled(),
        options: Toy.options {
          $0.optimizer = .sgd
          $0.momentum = 0
          $0.schedule = schedule
          $0.warmUp = warmUp
        })
      try trainer.train(on: Toy.source(rank: 2))
      return trainer.state.values.bits
    }
    let constant = try bits(.constant)
    #expect(try bits(.step(factor: 1, every: 1)) == constant)
    #expect(try bits(.cosine(floor: 1)) == constant)
    #expect(try bits(.step(factor: 0.5, every: 1)) != constant)
    #expect(try bits(.constant, warmUp: 1) != constant)
    #expect(try bits(.oneCycle) != constant)

    // By hand: the same steps with the rates of the schedule.
    let options = Toy.options {
      $0.optimizer = .sgd
      $0.schedule = .cosine(floor: 0)
    }
    let source = Toy.source(rank: 2)
    let whole = try Trainer(Toy.compiled(), options: options)
    try whole.train(on: source)
    let byHand = try Trainer(Toy.compiled(), options: options)
    for step in 0..<15 {
      let batch = byHand.batches(of: source, epoch: step / 5 + 1)[step % 5]
      _ = try byHand.step(
        batch.map { Trainer.Example(source.inputs[$0], label: source.labels[$0], number: $0) },
        epoch: step / 5 + 1,
        learningRate: 0.01 * options.schedule.factor(step: step, stepsPerEpoch: 5, epochs: 3))
    }
    #expect(byHand.state.values.bits == whole.state.values.bits)
  }
}
