/// Whether a first record may be the names of columns.
enum HeaderNames {
  /// Requires that no name is there twice, and that the names are not a row of values.
  ///
  /// Numbers are a row, but for a single one, and for what counts columns or says where or when they were
  /// measured: three or more at the same distance, or at least `fewestSorted` that only rise or only fall.
  /// The last name does not count where others are numbers: the label of a row is often a text.
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
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }
    let isSorted = steps.allSatisfy { $0 > 0 } || steps.allSatisfy { $0 < 0 }
    // 0.3 less 0.2 is not quite 0.1.
    let isEven = steps.allSatisfy { ($0 - steps[0]).magnitude <= 1e-6 * steps[0].magnitude }
    return !isSorted || !(values.count >= fewestSorted || values.count >= 3 && isEven)
  }

  /// One row of values in 20,000 is sorted by chance: 2 of 8! orders.
  private static let fewestSorted = 8
}
