import ConvKitCore

/// How the learning rate changes while a training runs: a share of it for every step.
///
/// The shapes are those of PyTorch's `lr_scheduler`, and the share depends on the number of the step
/// alone, so that a training that goes on has the rates that it would have had.
public enum LearningRateSchedule: Codable, Equatable, Sendable {
  case constant
  /// Multiplied by `factor` after every so many epochs (`StepLR`).
  case step(factor: Double, every: Int)
  /// Half a cosine from 1 down to `floor` (Loshchilov and Hutter 2017, without restarts;
  /// `CosineAnnealingLR`).
  case cosine(floor: Double)
  /// Half a cosine from 1/25 up to 1 over the first 30 % of the steps, and another down to 1/25 of
  /// 1/10,000 (Smith and Topin 2018; `OneCycleLR` with its defaults).
  case oneCycle

  /// The share of the learning rate that a step has.
  ///
  /// The first `warmUp` epochs, rounded to whole steps, rise in a line to where the shape begins;
  /// the shape takes the steps that are left, as PyTorch's `SequentialLR` does.
  ///
  /// - Parameters:
  ///   - step: from 0; all steps of an epoch count, and those of the epochs before.
  ///   - epochs: how many the whole training has at most.
  ///   - warmUp: in epochs; 0 for none.
  public func factor(step: Int, stepsPerEpoch: Int, epochs: Int, warmUp: Double = 0) -> Double {
    precondition(
      step >= 0 && stepsPerEpoch >= 1 && epochs >= 1 && warmUp >= 0,
      "a step from 0 of at least one, received \(step), \(stepsPerEpoch), \(epochs), \(warmUp)")
    let all = stepsPerEpoch * epochs
    let rising = min(all, Int(min(warmUp * Double(stepsPerEpoch), Double(all)).rounded()))
    let falling = max(1, all - rising)
    guard step < rising else {
      return factor(step: min(step - rising, falling), of: falling, stepsPerEpoch: stepsPerEpoch)
    }
    return Double(step + 1) / Double(rising)
      * factor(step: 0, of: falling, stepsPerEpoch: stepsPerEpoch)
  }

  /// The share without a warm-up, of `all` steps.
  private func factor(step: Int, of all: Int, stepsPerEpoch: Int) -> Double {
    switch self {
    case .constant: return 1
    case .step(let factor, let every):
      // By products, so that it is the same on every machine; a share that has become 0 stays so.
      var share = 1.0
      for _ in 0..<step / stepsPerEpoch / every {
        share *= factor
        if share == 0 { break }
      }
      return share
    case .cosine(let floor):
      return Self.annealed(from: 1, to: floor, Double(step) / Double(all))
    case .oneCycle:
      let (start, end) = (1.0 / 25, 1.0 / 25 / 10_000)
      // Of so few steps that the rise would take none, all go down.
      let (peak, last) = (max(0, 0.3 * Double(all) - 1), Double(all - 1))
      let place = min(Double(step), last)
      if place <= peak, peak > 0 { return Self.annealed(from: start, to: 1, place / peak) }
      return last > peak ? Self.annealed(from: 1, to: end, (place - peak) / (last - peak)) : 1
    }
  }

  /// Half a cosine between two values.
  private static func annealed(from start: Double, to end: Double, _ share: Double) -> Double {
    end + (start - end) / 2 * (1 + Elementary.cosineAndSine(Double.pi * share).cosine)
  }

  /// What is wrong with its numbers, or nil.
  var flaw: String? {
    switch self {
    case .step(let factor, let every):
      if !(factor.isFinite && factor > 0 && factor <= 1) {
        "a schedule's factor is above 0 and at most 1, not \(factor)"
      } else if every < 1 {
        "a schedule's factor applies every 1 epoch or more, not \(every)"
      } else {
        nil
      }
    case .cosine(let floor):
      (0...1).contains(floor) ? nil : "a schedule's floor is from 0 to 1, not \(floor)"
    case .constant, .oneCycle: nil
    }
  }
}

extension LearningRateSchedule: CustomStringConvertible {
  /// In words, with its numbers: "cosine to 0.0", "step by 0.1 every 10".
  public var description: String {
    switch self {
    case .constant: "constant"
    case .step(let factor, let every): "step by \(factor) every \(every)"
    case .cosine(let floor): "cosine to \(floor)"
    case .oneCycle: "one-cycle"
    }
  }
}
