import ConvKitCore
import ConvKitFiles

/// Why a file did not become a volume.
public enum VolumeFileError: ReportableError, Equatable {
  /// The first bytes are of no volume format; `start` holds up to eight of them.
  case notAVolume(name: String, start: [UInt8])
  /// The content contradicts the format; `reason` says where.
  case broken(name: String, format: VolumeFormat, reason: String)
  /// The format has it, and it is not read here: `what` it is, and what to do.
  case unread(name: String, format: VolumeFormat, what: String, remedy: String)
  /// More values than the limit.
  case tooLarge(name: String, extent: [Int], limit: Int)
  /// A series where one volume was expected, or a place in it that there is not.
  case series(name: String, count: Int, choice: SeriesChoice)
  /// Values that are no numbers, or infinite.
  case notFinite(name: String, count: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notAVolume(let name, let start):
      "\(FileName.printable(name)) \(fault): \(start.isEmpty ? "leave the file out or replace it" : "convert the file or leave it out")"
    case .broken(let name, _, _), .notFinite(let name, _):
      "\(FileName.printable(name)) \(fault): leave it out or make it again"
    case .unread(let name, _, _, let remedy):
      "\(FileName.printable(name)) \(fault): \(remedy)"
    case .tooLarge(let name, _, _):
      "\(FileName.printable(name)) \(fault); resample it or raise the limit"
    case .series(let name, _, _):
      "\(FileName.printable(name)) \(fault)"
    }
  }

  public var descriptionWithoutName: String { "it \(fault)" }

  /// What is said of the file.
  private var fault: String {
    switch self {
    case .notAVolume(_, let start) where start.isEmpty:
      "is empty; a NIfTI or NumPy volume was expected"
    case .notAVolume(_, let start):
      """
      is not a volume that can be read (it begins with the bytes \
      \(start.map(hexadecimal).joined(separator: " "))); NIfTI (.nii, .nii.gz) or NumPy (.npy, .npz) \
      was expected
      """
    case .broken(_, let format, let reason):
      "is a broken \(format.rawValue) file (\(reason))"
    case .unread(_, let format, let what, _):
      "is a \(format.rawValue) file with \(what)"
    case .tooLarge(_, let extent, let limit):
      """
      says it has \(extent.map(String.init).joined(separator: "×")) values, which is more than the \
      limit of \(limit)
      """
    case .series(_, let count, .one(let place)):
      """
      has \(count) \(count == 1 ? "volume" : "volumes") and none at the place \(place), counted from 0
      """
    case .series(_, let count, _):
      """
      is a series of \(count) volumes; say with --series which one is meant, from 0, or “all” for all \
      of them as channels
      """
    case .notFinite(_, let count):
      "has \(count) \(count == 1 ? "value that is no finite number" : "values that are no finite numbers")"
    }
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
