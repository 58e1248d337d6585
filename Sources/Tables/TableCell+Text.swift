import ConvKitFiles

extension TableCell {
  /// What a field of a file holds.
  init(_ field: String) {
    let text = Self.trimmed(field)
    switch text {
    case "", "?", "NA": self = .missing
    default:
      let number = Double(text)
      self = number.map { $0.isFinite ? .number($0) : .text(text) } ?? .text(text)
    }
  }

  /// A field without the spaces around it.
  static func trimmed(_ field: String) -> String {
    guard field.utf8.first == 0x20 || field.utf8.last == 0x20 else { return field }
    let start = field.utf8.drop { $0 == 0x20 }
    return String(Substring(start).reversed().drop { $0 == " " }.reversed())
  }
}
