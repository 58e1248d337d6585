import ConvKit

/// What the program says to a script that started it (the numbers of sysexits.h).
struct ExitStatus: RawRepresentable, Equatable {
  let rawValue: Int32

  static let success = ExitStatus(rawValue: 0)
  static let wrongCall = ExitStatus(rawValue: 64)
  static let badData = ExitStatus(rawValue: 65)
  static let missingInput = ExitStatus(rawValue: 66)
  static let internalError = ExitStatus(rawValue: 70)
  static let cannotCreate = ExitStatus(rawValue: 73)
  static let inputOutput = ExitStatus(rawValue: 74)

  /// What shells report of a program that a signal ended: 130 for Ctrl-C, 143 for a request to end.
  init(signal: Int32) { rawValue = 128 + signal }

  init(rawValue: Int32) { self.rawValue = rawValue }
}

extension ExitStatus {
  init(_ category: ErrorCategory) {
    self =
      switch category {
      case .wrongCall: .wrongCall
      case .badData: .badData
      case .missingInput: .missingInput
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
  }
}

/// Some of several inputs had no answer; each was named when it happened.
struct SomeInputsFailed: Error {
  /// The status of all of them where they agree; bad data otherwise.
  private(set) var status: ExitStatus

  init(_ first: ExitStatus) { status = first }

  mutating func add(_ other: ExitStatus) {
    if other != status { status = .badData }
  }
}
