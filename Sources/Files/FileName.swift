/// File names as people may see them.
package enum FileName {
  /// The path with everything that could disturb a terminal or a report written as an escape.
  package static func printable(_ path: String) -> String {
    path.unicodeScalars.contains(where: disturbs)
      ? path.unicodeScalars.map { disturbs($0) ? escape($0) : String($0) }.joined() : path
  }

  /// The same for the bytes of a name: those that are not UTF-8 become `\xNN`.
  package static func printable(bytes: [UInt8]) -> String {
    if let name = String(validating: bytes, as: UTF8.self) { return printable(name) }
    return bytes.map { byte in
      (0x20..<0x7F).contains(byte)
        ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + hexadecimal(byte)
    }.joined()
  }

  /// So much of a text from a file as tells what it is, fit for printing: a label or the name of a
  /// column may have millions of characters.
  ///
  /// - Parameter most: in characters. 60 are most of a line of a terminal, which has 80.
  package static func excerpt(_ text: String, most: Int = 60) -> String {
    let start = text.unicodeScalars.prefix(most)
    return printable(String(start)) + (start.endIndex == text.endIndex ? "" : "…")
  }

  /// The same of what a file calls a path: all of any that there can be, for Linux has none of more than
  /// 4,096 bytes.
  package static func excerpt(ofPath path: String) -> String { excerpt(path, most: 4096) }

  /// Excerpts of some names one behind the other: at most `most` of them, and how many more there are.
  package static func printable(list names: [String], most: Int = 20) -> String {
    names.prefix(most).map { excerpt($0) }.joined(separator: ", ")
      + (names.count > most ? " and \(names.count - most) more" : "")
  }

  /// Whether `a` comes before `b`, byte by byte: the same order on every machine and in every
  /// language, which `String`'s own order (by Unicode's canonical form) is not.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// The folder that a path lies in, "." when it names none.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What stands behind the last slash.
  package static func last(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// The path from the root, links resolved; the path itself when it leads nowhere.
  package static func absolute(_ path: String) -> String {
    (try? System.resolved(path)) ?? path
  }

  /// The path from the root of a file that is there or may be made: however it is written, it is the
  /// same. An empty path stays.
  package static func place(_ path: String) -> String {
    if path.isEmpty { return path }
    return (try? System.resolved(path)) ?? join(absolute(folder(of: path)), last(of: path))
  }

  /// A name inside a folder.
  package static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty
      ? name : folder.utf8.last == UInt8(ascii: "/") ? folder + name : "\(folder)/\(name)"
  }

  /// A path as it leads from a folder: an absolute one is taken as it is.
  package static func resolve(_ path: String, in folder: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : join(folder, path)
  }

  /// Control characters move a terminal's cursor; format characters turn the direction of a line.
  private static func disturbs(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(hexadecimal(scalar.value))}"
  }

  /// Capital digits, as many as are needed.
  static func hexadecimal(_ value: some BinaryInteger) -> String {
    String(value, radix: 16, uppercase: true)
  }
}
