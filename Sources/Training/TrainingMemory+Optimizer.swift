import ConvKitNetworks

extension CompiledNetwork {
  /// What a training with these options keeps in memory beside its examples.
  ///
  /// - Parameter threads: nil for one a core.
  public func trainingMemory(
    options: TrainingOptions, threads: Int? = nil
  ) throws -> TrainingMemory {
    let runner = try NetworkRunner(self, values: initialValues(seed: 0), threads: threads)
    return try runner.trainingMemory(options)
  }
}

extension NetworkRunner {
  func trainingMemory(_ options: TrainingOptions) throws -> TrainingMemory {
    let lists = options.optimizer == .sgd ? 1 : 2
    let parameters = compiled.parameters.last?.end ?? 0
    return try trainingMemory(batchSize: options.batchSize).adding(
      "state of the optimiser", bytes: lists * parameters * MemoryLayout<Float>.stride)
  }
}
