import ConvKitCore

/// How the names of files tell their labels, as `{label}_{speaker}_{index}.wav`.
///
/// A name in braces is a field, and all other text stands for itself. `{label}` gives the label,
/// `{group}` what belongs together, any other name a field of the example. A pattern without a slash
/// is compared with the last part of a path, one with slashes with the whole path below the folder.
///
/// A field is one or more characters and never holds a slash. Where a name can be read in several
/// ways, every field is as short as it can be, the first before the second: `{label}_{speaker}_{index}.wav`
/// reads `a_b_jackson_3.wav` as label a, speaker b, index jackson_3.
public struct FileNamePattern: Sendable, Equatable {
  /// The pattern as it was written.
  public let text: String

  /// The names in braces, in their order.
  public let fields: [String]

  /// Text and fields by turns, for every part between slashes.
  private let components: [Component]

  private struct Component: Equatable {
    /// What stands before the first field.
    var start: [UInt8] = []
    var pieces: [Piece] = []
  }

  /// A field with the text behind it.
  private struct Piece: Equatable {
    let field: String
    var text: [UInt8] = []
  }

  /// - Throws: `FileNamePatternError`.
  public init(_ text: String) throws {
    self.text = text
    var components = [Component()]
    var fields: [String] = []
    var rest = Array(text.utf8)[...]
    // Whether text stands between the last field and here.
    var isApart = true
    while let byte = rest.first {
      if byte == UInt8(ascii: "{") {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
          throw FileNamePatternError.openBrace(pattern: text)
        }
        let name = String(decoding: rest[rest.startIndex + 1..<end], as: UTF8.self)
        guard Self.isName(name) else {
          throw FileNamePatternError.fieldName(pattern: text, name: name)
        }
        guard !fields.contains(name) else {
          throw FileNamePatternError.repeatedField(pattern: text, name: name)
        }
        guard isApart, let last = components.indices.last else {
          throw FileNamePatternError.fieldsTouch(
            pattern: text, first: fields.last ?? "", second: name)
        }
        fields.append(name)
        components[last].pieces.append(Piece(field: name))
        isApart = false
        rest = rest[(end + 1)...]
        continue
      }
      rest = rest.dropFirst()
      isApart = true
      guard byte != UInt8(ascii: "}") else {
        throw FileNamePatternError.closingBrace(pattern: text)
      }
      if byte == UInt8(ascii: "/") {
        components.append(Component())
      } else if let last = components.indices.last {
        if let piece = components[last].pieces.indices.last {
          components[last].pieces[piece].text.append(byte)
        } else {
          components[last].start.append(byte)
        }
      }
    }
    guard fields.contains("label") else { throw FileNamePatternError.noLabel(pattern: text) }
    self.fields = fields
    self.components = components
  }

  /// Whether the pattern speaks of folders too.
  var namesFolders: Bool { components.count > 1 }

  /// The fields of a path below the folder of the data set; nil when it does not match.
  ///
  /// Costs at most the product of both lengths: no choice is ever taken back, for the earliest place
  /// of each text leaves the most to what follows.
  func values(in path: String) -> [String: String]? {
    var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if !namesFolders { parts = parts.suffix(1) }
    guard parts.count == components.count else { return nil }
    var values: [String: String] = [:]
    for (component, part) in zip(components, parts) {
      guard Self.match(component, Array(part), into: &values) else { return nil }
    }
    return values
  }

  private static func match(
    _ component: Component, _ name: [UInt8], into values: inout [String: String]
  ) -> Bool {
    guard name.starts(with: component.start) else { return false }
    var rest = name.dropFirst(component.start.count)
    for (index, piece) in component.pieces.enumerated() {
      let text = piece.text
      let isLast = index == component.pieces.count - 1
      let end = isLast ? lastPlace(of: text, in: rest) : firstPlace(of: text, in: rest)
      guard let end, end > rest.startIndex else { return false }
      values[piece.field] = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + text.count)...]
    }
    return rest.isEmpty
  }

  /// Where the text begins that ends the name.
  private static func lastPlace(of text: [UInt8], in rest: ArraySlice<UInt8>) -> Int? {
    rest.count > text.count && rest.suffix(text.count).elementsEqual(text)
      ? rest.endIndex - text.count : nil
  }

  /// Where the text first begins behind one character.
  private static func firstPlace(of text: [UInt8], in rest: ArraySlice<UInt8>) -> Int? {
    guard rest.count > text.count else { return nil }
    return (rest.startIndex + 1...rest.endIndex - text.count).first {
      rest[$0...].starts(with: text)
    }
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}

/// What can be wrong with a pattern of file names.
public enum FileNamePatternError: ReportableError, Equatable {
  case noLabel(pattern: String)
  case openBrace(pattern: String)
  case closingBrace(pattern: String)
  /// Nothing between braces, or something besides letters, digits and underscores.
  case fieldName(pattern: String, name: String)
  case repeatedField(pattern: String, name: String)
  /// Two fields without text between them, so that nothing tells where one ends.
  case fieldsTouch(pattern: String, first: String, second: String)

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    let example = "as '{label}_{speaker}_{index}.wav' for “seven_theo_3.wav”"
    return switch self {
    case .noLabel(let pattern):
      """
      The pattern “\(FileName.printable(pattern))” has no {label}. Write {label} where the names of \
      the files hold the label, \(example).
      """
    case .openBrace(let pattern):
      """
      The pattern “\(FileName.printable(pattern))” has a brace that is never closed. Write each field \
      between braces, \(example).
      """
    case .closingBrace(let pattern):
      """
      The pattern “\(FileName.printable(pattern))” has a closing brace without an opening one. Write \
      each field between braces, \(example).
      """
    case .fieldName(let pattern, let name):
      """
      The pattern “\(FileName.printable(pattern))” has a field called “\(FileName.printable(name))”; \
      one or more letters, digits and underscores were expected, \(example).
      """
    case .repeatedField(let pattern, let name):
      """
      The pattern “\(FileName.printable(pattern))” has the field {\(FileName.printable(name))} twice. \
      Give each field a name of its own, \(example).
      """
    case .fieldsTouch(let pattern, let first, let second):
      """
      In the pattern “\(FileName.printable(pattern))” nothing stands between \
      {\(FileName.printable(first))} and {\(FileName.printable(second))}, so nothing tells where one \
      ends. Write the text that is between them in the names, \(example).
      """
    }
  }
}
