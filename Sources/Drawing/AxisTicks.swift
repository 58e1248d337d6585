import ConvKitCore

/// The marks of an axis: where they are and what is written at them.
struct AxisTicks: Equatable {
  struct Tick: Equatable {
    let value: Double
    let text: String
  }

  /// What the axis spans: all values given, and the marks.
  let range: ClosedRange<Double>
  let ticks: [Tick]

  /// Beyond these the difference of two values, or the next power of ten, may be no number.
  private static let (smallest, largest) = (1e-300, 1e300)
  private static let ratios = 1e-100...1e100

  /// Whether an axis can have a value.
  static func canHold(_ value: Double, on scale: LinePlot.Scale) -> Bool {
    switch scale {
    case .linear: value.magnitude <= largest
    case .logarithmic: ratios.contains(value)
    }
  }

  /// Marks at multiples of 1, 2 or 5 times a power of ten; the axis ends at marks.
  ///
  /// - Parameters:
  ///   - values: what the axis has to hold, all of it such that it can.
  ///   - most: about as many marks as there may be; one more may come of the rounding.
  ///   - isWhole: whether only whole numbers are marked.
  static func linear(_ values: [Double], most: Int = 6, isWhole: Bool = false) -> AxisTicks {
    var (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let magnitude = max(low.magnitude, high.magnitude)
    // Closer together than this, values are equal for the eye, and their marks would have more digits
    // than a Double keeps.
    if high - low <= max(smallest, magnitude * 1e-9) {
      let room = isWhole ? 1 : magnitude > smallest * 10 ? magnitude / 2 : 1
      (low, high) = (low - room, high + room)
    }
    let raw = (high - low) / Double(most)
    var exponent = exponentOfTen(raw)
    if isWhole { exponent = max(0, exponent) }
    // The power may be off by one where `raw` is one: then 10 or 20 is taken, or 0.5.
    let factor = [1, 2, 5, 10, 20].first { Double($0) * powerOfTen(exponent) >= raw } ?? 20
    let multiple = factor >= 10 ? factor / 10 : factor
    if factor >= 10 { exponent += 1 }
    let step = Double(multiple) * powerOfTen(exponent)
    let first = Int((low / step).rounded(.down))
    let last = max(first + 1, Int((high / step).rounded(.up)))
    // Written plainly where that takes few digits.
    let largestMark = Double(max(first.magnitude, last.magnitude)) * step
    let isPlain = exponent >= -4 && largestMark < 1e6
    let ticks = (first...last).map { number in
      let units = number * multiple
      return Tick(
        value: exponent < 0
          ? Double(units) / powerOfTen(-exponent) : Double(units) * powerOfTen(exponent),
        text: isPlain ? plain(units, exponent) : scientific(units, exponent))
    }
    return AxisTicks(range: ticks[0].value...ticks[ticks.count - 1].value, ticks: ticks)
  }

  /// Marks at powers of ten; the axis ends at marks.
  static func logarithmic(_ values: [Double], most: Int = 10) -> AxisTicks {
    let (low, high) = (values.min() ?? 0.1, values.max() ?? 1)
    let first = exponentOfTen(low)
    var last = exponentOfTen(high)
    if powerOfTen(last) < high || last == first { last += 1 }
    let step = (last - first + most - 1) / most
    let ticks = stride(from: first, to: last + step, by: step).map { exponent in
      Tick(
        value: powerOfTen(exponent),
        text: -3...3 ~= exponent ? plain(1, exponent) : scientific(1, exponent))
    }
    return AxisTicks(range: ticks[0].value...ticks[ticks.count - 1].value, ticks: ticks)
  }

  /// A positive number with two digits, as 0.0012 or 1.2e−7.
  static func twoDigits(_ value: Double) -> String {
    guard ratios.contains(value) else { return "\(value)" }
    let exponent = exponentOfTen(value) - 1
    let units = Int(
      (exponent < 0 ? value * powerOfTen(-exponent) : value / powerOfTen(exponent)).rounded())
    return -5...0 ~= exponent ? plain(units, exponent) : scientific(units, exponent)
  }

  /// The largest n for which 10 to the power of n is not above the value.
  private static func exponentOfTen(_ value: Double) -> Int {
    let guess = Int((Elementary.log(value) / Elementary.log(10)).rounded(.down))
    // The logarithm of a power of ten may be rounded to either side.
    return powerOfTen(guess + 1) <= value
      ? guess + 1 : powerOfTen(guess) > value ? guess - 1 : guess
  }

  /// The nearest Double, which a product of tens is not.
  private static func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }

  /// units × 10^exponent with as many decimals as the exponent says.
  private static func plain(_ units: Int, _ exponent: Int) -> String {
    let sign = units < 0 ? "−" : ""
    let digits = String(units.magnitude)
    guard exponent < 0 else {
      return units == 0 ? "0" : sign + digits + String(repeating: "0", count: exponent)
    }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// units × 10^exponent as 2.5e7.
  private static func scientific(_ units: Int, _ exponent: Int) -> String {
    guard units != 0 else { return "0" }
    let digits = String(units.magnitude)
    let power = exponent + digits.count - 1
    var decimals = digits.dropFirst()
    while decimals.last == "0" { decimals.removeLast() }
    return (units < 0 ? "−" : "") + digits.prefix(1) + (decimals.isEmpty ? "" : "." + decimals)
      + "e" + (power < 0 ? "−\(-power)" : "\(power)")
  }
}
