/// A knob that has a value for every spatial axis: `3` means 3 on each of them, `[3, 5]` names them.
///
/// A layer written with single numbers compiles for an input of any rank.
public enum PerAxis: Equatable, Sendable {
  case all(Int)
  /// One value an axis, outermost first.
  case each([Int])

  /// The values for `rank` axes, or nil when another number of them was given.
  public func values(rank: Int) -> [Int]? {
    switch self {
    case .all(let value): Array(repeating: value, count: rank)
    case .each(let values): values.count == rank ? values : nil
    }
  }
}

extension PerAxis: ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public init(integerLiteral value: Int) { self = .all(value) }
  public init(arrayLiteral elements: Int...) { self = .each(elements) }
}

extension PerAxis: CustomStringConvertible {
  public var description: String {
    switch self {
    case .all(let value): "\(value)"
    case .each(let values): values.map(String.init).joined(separator: "×")
    }
  }
}

/// In JSON a number or a list of numbers.
extension PerAxis: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Int.self) {
      self = .all(value)
    } else {
      self = .each(try container.decode([Int].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .all(let value): try container.encode(value)
    case .each(let values): try container.encode(values)
    }
  }
}
