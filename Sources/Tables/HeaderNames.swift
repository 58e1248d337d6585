/// Whether a first record may be the names of columns.
enum HeaderNames {
  /// Requires that no name is there twice, and that the names are not a row of values.
  ///
  /// Numbers are a row, but for a single one and those that only rise or only fall, as points in time,
  /// wavelengths and counted columns do. The last name does not count where others are numbers: the label
  /// of a row is often a text.
  ///
  /// - Throws: `TableError`.
  static func requireNames(_ names: [String], path: String, line: Int) throws {
    if areValues(names) {
      throw TableError.valuesAsNames(path: path, line: line, names: Array(names.prefix(3)))
    }
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      if let first = places.updateValue(place, forKey: name) {
        throw TableError.repeatedName(
          path: path, name: name, first: first + 1, second: place + 1)
      }
    }
  }

  private static func areValues(_ names: [String]) -> Bool {
    var values: [Double] = []
    for (place, name) in names.enumerated() {
      if case .number(let value) = FieldValue(Array(name.utf8)[...]) {
        values.append(value)
      } else if place < names.count - 1 {
        return false
      }
    }
    guard values.count > 1 else { return false }
    let steps = zip(values, values.dropFirst())
    return !steps.allSatisfy { $0 < $1 } && !steps.allSatisfy { $0 > $1 }
  }
}
