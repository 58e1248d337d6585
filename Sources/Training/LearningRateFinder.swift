import ConvKitCore
import ConvKitNetworks

/// What a search for a learning rate has seen.
public struct LearningRateCurve: Codable, Equatable, Sendable {
  public struct Point: Codable, Equatable, Sendable {
    public let rate: Double
    /// Smoothed, with the correction for its start.
    public let loss: Double
  }

  /// By rising rate; the last is the one where the loss had grown too far, if it did.
  public let points: [Point]

  /// The rate to train with, or nil where the loss did not fall enough to tell.
  public let suggestion: Double?
}

/// Looks for a learning rate by raising it from step to step while the loss is watched.
///
/// The way is that of Smith 2017 ("Cyclical learning rates for training neural networks") in the form
/// of fastai's `lr_find`: rates in equal ratios, the loss smoothed by 0.98, an end where it exceeds
/// four times its best, and the suggestion "valley".
public struct LearningRateFinder: Sendable {
  /// The rate of the first step.
  public static let lowest = 1e-7
  /// The rate of the last.
  public static let highest = 10.0
  public static let steps = 100
  /// The part of the smoothed loss that a step keeps.
  private static let smoothing = 0.98
  /// How many times its best the smoothed loss may be.
  private static let divergence = 4.0

  /// - Parameters:
  ///   - options: all but the learning rate and its schedule are used.
  ///   - values: to start from, which stay as they are; nil for what the seed gives.
  ///   - report: called after every step; what it throws stops the search.
  /// - Throws: `TrainingError` where not even the smallest rate gives a finite loss, or there is no
  ///   example.
  public static func find(
    _ compiled: CompiledNetwork, options: TrainingOptions, on source: any ExampleSource,
    values: NetworkValues? = nil, threads: Int? = nil,
    report: (_ step: Int, LearningRateCurve.Point) throws -> Void = { _, _ in }
  ) throws -> LearningRateCurve {
    guard source.count > 0 else { throw TrainingError.noExamples }
    let trainer = try Trainer(compiled, options: options, values: values, threads: threads)
    var points: [LearningRateCurve.Point] = []
    var (average, kept, best) = (0.0, 1.0, Double.infinity)
    var (epoch, batches) = (0, [ArraySlice<Int>]()[...])
    for step in 0..<steps {
      if batches.isEmpty {
        epoch += 1
        batches = trainer.batches(of: source, epoch: epoch)[...]
      }
      let rate = rate(step: step)
      let loss: Double
      do {
        loss = try trainer.learn(
          batches.removeFirst(), from: source, epoch: epoch, learningRate: rate)
      } catch let error as TrainingError {
        // The rates before have spoiled the network, which is what was to be found.
        guard points.isEmpty else { break }
        throw error
      }
      average = smoothing * average + (1 - smoothing) * loss
      kept *= smoothing
      let point = LearningRateCurve.Point(rate: rate, loss: average / (1 - kept))
      points.append(point)
      try report(step, point)
      best = min(best, point.loss)
      if point.loss > divergence * best { break }
    }
    return LearningRateCurve(points: points, suggestion: valley(points))
  }

  /// The rate of a step, in equal ratios.
  static func rate(step: Int) -> Double {
    let share = Double(step) / Double(steps - 1)
    return lowest * Elementary.exp(Elementary.log(highest / lowest) * share)
  }

  /// The rate at half of the second third of the longest valley: of the longest list of points, not
  /// necessarily neighbours, in which every loss is below the one before.
  ///
  /// fastai's `valley` in `callback/schedule.py`, with the points that its `lr_find` gives it: not
  /// the first tenth of the steps, nor the last five points.
  static func valley(_ points: [LearningRateCurve.Point]) -> Double? {
    let points = points.dropFirst(steps / 10).dropLast(5)
    let losses = points.map(\.loss)
    guard losses.count > 2 else { return nil }
    var lengths = Array(repeating: 1, count: losses.count)
    var (start, end) = (0, 0)
    for index in 1..<losses.count {
      for earlier in 0..<index {
        if losses[index] < losses[earlier], lengths[index] < lengths[earlier] + 1 {
          lengths[index] = lengths[earlier] + 1
        }
        if lengths[end] < lengths[index] {
          end = index
          start = end - lengths[end]
        }
      }
    }
    guard lengths[end] > 2 else { return nil }
    let section = Double(end - start) / 3
    return points[points.startIndex + max(0, start) + Int(section) + Int(section / 2)].rate
  }
}
