import ConvKitDrawing
import ConvKitFiles

extension TableNotes {
  /// All of it in words, a sentence or two for each thing.
  public var sentences: [String] {
    var sentences = [labelSentence]
    if let name = likelyLabel.map({ FileName.excerpt($0) }) {
      sentences.append("Is “\(name)” the label? Say --label \(name).")
    }
    if let likelyNames {
      sentences.append(
        """
        The first line holds only texts (\(FileName.printable(list: likelyNames, most: 3))), and the lines \
        below it numbers: if they are the names of the columns, leave out --no-header.
        """)
    }
    if rowsWithoutLabel > 0 {
      sentences.append(
        rowsWithoutLabel == 1
          ? "1 row without a label is left out."
          : "\(NumberText.grouped(rowsWithoutLabel)) rows without a label are left out.")
    }
    if !identifiers.isEmpty {
      let one = identifiers.count == 1
      sentences.append(
        """
        \(one ? "One column is" : "\(identifiers.count) columns are") set aside, for all \
        \(one ? "its" : "their") values are different and only tell the rows apart: \
        \(Self.list(identifiers)).
        """)
    }
    if distinctIntegers > 0 {
      sentences.append(
        """
        \(NumberText.count(distinctIntegers, "column")) of whole numbers \
        \(distinctIntegers == 1 ? "has" : "have") no value twice; they count as measurements and not as \
        identifiers.
        """)
    }
    if !constants.isEmpty {
      let one = constants.count == 1
      sentences.append(
        """
        \(NumberText.count(constants.count, "column")) \(one ? "has" : "have") the same value in every \
        row and \(one ? "is" : "are") left out of the statistics: \(Self.list(constants)).
        """)
    }
    if !empty.isEmpty {
      let one = empty.count == 1
      sentences.append(
        """
        \(NumberText.count(empty.count, "column")) \(one ? "has" : "have") no value in any row and \
        \(one ? "is" : "are") left out of the statistics: \(Self.list(empty)).
        """)
    }
    if !repeats.isEmpty {
      let one = repeats.count == 1
      sentences.append(
        """
        \(NumberText.count(repeats.count, "column")) \(one ? "repeats" : "repeat") an earlier one and \
        \(one ? "is" : "are") left out of the statistics: \
        \(Self.list(repeats) { "\(FileName.excerpt($0.column)) (as \(FileName.excerpt($0.of)))" }).
        """)
    }
    if !missing.isEmpty {
      sentences.append(
        """
        \(NumberText.count(missing.count, "column")) \(missing.count == 1 ? "lacks" : "lack") values in \
        some rows: \
        \(Self.list(missing) { "\(FileName.excerpt($0.column)) (\(NumberText.grouped($0.rows)))" }).
        """)
    }
    if !categories.isEmpty {
      let one = categories.count == 1
      let names = Self.list(categories) {
        "\(FileName.excerpt($0.column)) (\(NumberText.grouped($0.levels)))"
      }
      // All categories with more have as many of their own.
      let cut = categories.first { $0.kept < $0.levels }?.kept
      sentences.append(
        """
        \(NumberText.count(categories.count, "column")) \(one ? "holds" : "hold") texts, so many different \
        ones: \(names).\
        \(cut.map { " Of more than \($0 + 1) all but the \($0) most frequent count as one." } ?? "")
        """)
    }
    sentences += mixed.prefix(Self.most).map(\.sentence)
    if mixed.count > Self.most {
      sentences.append(
        "\(NumberText.count(mixed.count - Self.most, "more column")) hold numbers and texts likewise."
      )
    }
    return sentences
  }

  private var labelSentence: String {
    let column = "“\(FileName.excerpt(label.column ?? ""))”"
    let different = NumberText.grouped(label.different ?? 0)
    return switch label.kind {
    case .last: "The label is the last column, \(column), with \(different) values."
    case .named: "The label is \(column), with \(different) values."
    case .quarters:
      """
      The label is \(column), numbers cut into \(label.names.count) parts of about the same size: \
      \(Self.list(label.names)).
      """
    case .none: "There is no label, as was asked for: the columns are judged alone."
    case .manyNumbers:
      """
      The last column, \(column), holds numbers with \(different) different values and is no \
      label, so that there is none. --label names one, and cuts such numbers into four parts.
      """
    case .manyTexts:
      """
      The last column, \(column), holds \(different) different texts in \
      \(NumberText.grouped(label.rows ?? 0)) rows and is no label, so that there is none. --label names one.
      """
    }
  }

  /// So many columns are named, for a table may have very many.
  private static let most = 10

  private static func list(_ names: [String]) -> String {
    FileName.printable(list: names, most: most)
  }

  /// - Parameter text: fit for printing.
  private static func list<Element>(
    _ elements: [Element], _ text: (Element) -> String
  ) -> String {
    elements.prefix(most).map(text).joined(separator: ", ")
      + (elements.count > most ? " and \(elements.count - most) more" : "")
  }
}

extension TableNotes.Mixed {
  fileprivate var sentence: String {
    let start =
      "“\(FileName.excerpt(column))” holds numbers and texts such as “\(FileName.excerpt(text))”"
    return switch kind {
    case .texts: start + ": if those are gaps, leave them empty or write NA."
    case .decimalCommas: start + ", a number with a decimal comma: write it with a point."
    case .thousands:
      start + ", a number with a separator of thousands: write it without one."
    }
  }
}
