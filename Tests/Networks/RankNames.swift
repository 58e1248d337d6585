import Foundation

/// What in code names a rank: a word for one, or one compared with a number.
struct RankNames {
  struct Finding: Equatable {
    /// From 1.
    let line: Int
    let text: String
  }

  /// Names that others gave, and what of them is no extent: words of a number, floats of a vector.
  static let namesOfOthers: Set<String> = ["multipliedFullWidth", "vectorize_width"]

  let findings: [Finding]
  /// Those names of others that occurred.
  let excused: Set<String>

  /// - Parameter code: without comments and texts.
  init(in code: String) {
    var (findings, excused) = ([Finding](), Set<String>())
    let whole = NSRange(code.startIndex..., in: code)
    let line = Self.lines(of: code)
    for (pattern, isName) in Self.patterns {
      for match in pattern.matches(in: code, range: whole) {
        guard let range = Range(match.range, in: code) else { continue }
        let text = String(code[range])
        if isName, Self.namesOfOthers.contains(text) {
          excused.insert(text)
        } else {
          findings.append(Finding(line: line(match.range.location), text: text))
        }
      }
    }
    self.findings = findings
    self.excused = excused
  }

  private static func lines(of code: String) -> (_ place: Int) -> Int {
    var breaks: [Int] = []
    for (place, unit) in code.utf16.enumerated() where unit == 10 { breaks.append(place) }
    return { place in (breaks.firstIndex { $0 >= place } ?? breaks.count) + 1 }
  }

  /// Conv2D, conv2d, is3D: a digit and a D, of which neither belongs to another number or word.
  private static let word = #"\b[A-Za-z_](?:\w*[A-Za-z_])?[1-9](?:D(?![a-z0-9])|d(?![a-z0-9]))\w*"#

  /// As a whole name or as a part of one, in either way of joining words.
  private static let side =
    #"\b(?:\w*_)?(?:[Hh]eight|[Ww]idth|HEIGHT|WIDTH)s?(?![a-z])\w*"#
    + #"|\b\w*[a-z0-9](?:Height|Width)s?(?![a-z])\w*"#

  /// What is a rank: a name that says so, or how many one has of what there is one of an axis.
  private static let rank =
    #"(?:\w+[?!]?\.)*(?:\w*[rR]ank|n?dims?|\w*(?:[aA]xis|[aA]xes)_?[cC]ount"#
    + #"|\w*(?:[eE]xtent|[aA]xes|[sS]hape|[sS]izes|[sS]trides|[dD]ilations|[dD]imensions)"#
    + #"(?:\.indices)?[?!]?\.count)\b(?!\()"#

  private static let comparison = "(?:==|!=|<=|>=|<(?!<)|>(?!>))"

  private static let patterns: [(NSRegularExpression, isName: Bool)] = [
    (word, true), (side, true),
    // rank == 2, (extent.count - 1) > 0
    (#"\b\#(rank)\)*\s*(?:[-+*%]\s*\d+\s*\)*\s*)?\#(comparison)\s*[-(]*\d+"#, false),
    // 2 == rank, 1...3 ~= rank
    (#"\b\d+\s*\)?\s*(?:\#(comparison)|~=)\s*\(*\#(rank)"#, false),
    // [1, 2].contains(rank), (1...3).contains(rank)
    (#"\d+\s*[\])]\s*\.contains\(\s*\#(rank)"#, false),
    // switch rank { case 1: … }
    (#"\bswitch\b[^{}]*\b\#(rank)[^{}]*\{[^}]*?\bcase\b[^:}]*?\b\d+"#, false),
    // [3, 5, 7][rank - 1]
    (#"\]\s*\[\s*\#(rank)"#, false),
    // extent[1]: there is none where there is but one axis.
    (
      #"\b\w*(?:[eE]xtent|[aA]xes|[sS]izes|[sS]trides|[dD]ilations)\s*\[\s*[1-9]\d*\s*\]"#, false
    ),
  ].map { pattern, isName in
    do {
      return (try NSRegularExpression(pattern: pattern), isName)
    } catch {
      preconditionFailure("\(pattern) is no pattern: \(error)")
    }
  }
}
