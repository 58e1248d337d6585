import ConvKitCore
import ConvKitFiles

/// The formats that pictures are read from.
public enum PictureFormat: String, Sendable, CaseIterable {
  case png = "PNG"
  case jpeg = "JPEG"
  /// Portable bitmap, graymap or pixmap: PBM, PGM, PPM.
  case portableMap = "PNM"
}

/// Why a file did not become a picture.
public enum PictureFileError: ReportableError, Equatable {
  /// The first bytes are of no picture format; `start` holds up to eight of them.
  case notAPicture(name: String, start: [UInt8])
  /// A picture of a format that is not read, such as "GIF".
  case otherFormat(name: String, format: String)
  /// The content contradicts the format; `reason` says where, often in the words of the library.
  case broken(name: String, format: PictureFormat, reason: String)
  /// More pixels than the limit.
  case tooLarge(name: String, width: Int, height: Int, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notAPicture(let name, let start):
      "\(FileName.printable(name)) \(fault): \(start.isEmpty ? "leave the file out or replace it" : "convert the file or leave it out")"
    case .otherFormat(let name, _):
      "\(FileName.printable(name)) \(fault): save it as PNG or leave it out"
    case .broken(let name, _, _):
      "\(FileName.printable(name)) \(fault): leave it out or make it again"
    case .tooLarge(let name, _, _, _):
      "\(FileName.printable(name)) \(fault); shrink it or raise the limit"
    }
  }

  public var descriptionWithoutName: String { "it \(fault)" }

  /// What is said of the file.
  private var fault: String {
    switch self {
    case .notAPicture(_, let start) where start.isEmpty:
      "is empty; a PNG, JPEG or PNM picture was expected"
    case .notAPicture(_, let start):
      """
      is not a picture that can be read (it begins with the bytes \
      \(start.map(hexadecimal).joined(separator: " "))); PNG, JPEG or PNM was expected
      """
    case .otherFormat(_, let format):
      "is a \(format) file; PNG, JPEG or PNM was expected"
    case .broken(_, let format, let reason):
      "is a broken \(format.rawValue) file (\(reason))"
    case .tooLarge(_, let width, let height, let limit):
      """
      says it is \(width) pixels wide and \(height) high, which is more than the limit of \(limit) \
      pixels
      """
    }
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
