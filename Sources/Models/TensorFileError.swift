import ConvKitCore
import ConvKitFiles

/// Every way in which a tensor file can lie, and in which it can lack what is asked of it.
///
/// Positions count the file's bytes from 0; offsets count from the first byte behind the header.
public enum TensorFileError: ReportableError, Equatable {
  /// Fewer bytes than the header's length takes.
  case tooShort(bytes: Int)
  case headerTooLong(length: UInt64, limit: Int)
  case headerBeyondFile(length: Int, available: Int)
  /// The header does not begin with an opening brace.
  case noHeader(found: UInt8?)
  case notUTF8(position: Int)
  case textTooLong(position: Int, limit: Int)
  /// The header is not JSON here, or has another value than the format has.
  case unexpected(position: Int, expected: String)
  /// Something follows the header's closing brace, and it is not white space.
  case textBehindHeader(position: Int)
  /// A key again, or one that Unicode considers the same text.
  case duplicateKey(String, position: Int)
  /// A list or an object where the header has a text or a number.
  case nested(position: Int)
  case unknownField(tensor: String, field: String)
  case missingField(tensor: String, field: String)
  case unknownElementType(tensor: String, name: String)
  case negativeNumber(tensor: String, position: Int)
  case notWholeNumber(tensor: String, position: Int)
  case numberTooLarge(tensor: String, position: Int)
  case tooManyAxes(tensor: String, limit: Int)
  case tooManyTensors(limit: Int)
  case tooManyTexts(limit: Int)
  case metadataNotText(key: String, position: Int)
  /// The number of elements, or of their bytes, is beyond what a machine can count.
  case shapeTooLarge(tensor: String, shape: [Int])
  /// The elements of a type smaller than a byte do not fill whole bytes.
  case partOfByte(tensor: String, shape: [Int], elementType: TensorFile.ElementType)
  case offsetCount(tensor: String, found: Int)
  case offsetsReversed(tensor: String, begin: Int, end: Int)
  case beyondFile(tensor: String, end: Int, available: Int)
  case byteCount(tensor: String, found: Int, expected: Int)
  case overlap(tensor: String, begin: Int, previousEnd: Int)
  case gap(tensor: String, begin: Int, previousEnd: Int)
  case trailingBytes(count: Int)
  case missingTensor(name: String)
  case otherElementType(
    tensor: String, found: TensorFile.ElementType, expected: TensorFile.ElementType)

  public var category: ErrorCategory { .badData }

  public var description: String {
    "\(what) \(advice)"
  }

  private var advice: String {
    switch self {
    case .tooShort, .headerBeyondFile, .beyondFile:
      "The file is probably incomplete: copy or download it again."
    case .missingTensor, .otherElementType:
      "It was written for something else: use the file that belongs here."
    default:
      "The file is damaged or is no safetensors file: use one as it was written."
    }
  }

  private var what: String {
    switch self {
    case .tooShort(let bytes):
      "The file has \(bytes) bytes, and the length of its header alone takes 8."
    case .headerTooLong(let length, let limit):
      "The header claims \(length) bytes, and at most \(limit) are allowed."
    case .headerBeyondFile(let length, let available):
      "The header claims \(length) bytes, and only \(available) follow its length."
    case .noHeader(let found):
      """
      The header begins with \
      \(found.map { "the byte 0x" + String($0, radix: 16, uppercase: true) } ?? "nothing"), \
      and an opening brace was expected.
      """
    case .notUTF8(let position):
      "The text at byte \(position) of the header is not UTF-8."
    case .textTooLong(let position, let limit):
      "The text at byte \(position) of the header has more than \(limit) bytes, which is all that is read."
    case .unexpected(let position, let expected):
      "At byte \(position) the header does not go on as it should: \(expected) was expected."
    case .textBehindHeader(let position):
      "At byte \(position) something follows the end of the header; only spaces may."
    case .duplicateKey(let key, let position):
      "The header has “\(FileName.printable(key))” a second time at byte \(position)."
    case .nested(let position):
      "At byte \(position) the header has a list or an object where a plain value was expected."
    case .unknownField(let tensor, let field):
      """
      \(name(tensor)) has a field “\(FileName.printable(field))”; only dtype, shape and \
      data_offsets were expected.
      """
    case .missingField(let tensor, let field):
      "\(name(tensor)) has no field “\(field)”."
    case .unknownElementType(let tensor, let type):
      "\(name(tensor)) has elements of the unknown type “\(FileName.printable(type))”."
    case .negativeNumber(let tensor, let position):
      "\(name(tensor)) has a negative number at byte \(position); sizes and offsets start at 0."
    case .notWholeNumber(let tensor, let position):
      """
      \(name(tensor)) has a number with a fraction or an exponent at byte \(position); whole numbers \
      were expected.
      """
    case .numberTooLarge(let tensor, let position):
      "\(name(tensor)) has a number at byte \(position) that is too large for any file."
    case .tooManyAxes(let tensor, let limit):
      "\(name(tensor)) has more than \(limit) axes, which is all that is read."
    case .tooManyTensors(let limit):
      "The header lists more than \(limit) tensors, which is all that is read."
    case .tooManyTexts(let limit):
      "The header has more than \(limit) texts of metadata, which is all that is read."
    case .metadataNotText(let key, let position):
      """
      The metadata “\(FileName.printable(key))” has something else than a text at byte \(position).
      """
    case .shapeTooLarge(let tensor, let shape):
      "\(name(tensor)) claims the shape \(shape), more elements than any machine can hold."
    case .partOfByte(let tensor, let shape, let type):
      """
      \(name(tensor)) claims the shape \(shape) of elements of \(type.bits) bits (\(type.rawValue)), \
      which end inside a byte.
      """
    case .offsetCount(let tensor, let found):
      "\(name(tensor)) has \(found) data_offsets; two were expected, begin and end."
    case .offsetsReversed(let tensor, let begin, let end):
      "\(name(tensor)) claims to begin at offset \(begin) and to end before that, at \(end)."
    case .beyondFile(let tensor, let end, let available):
      "\(name(tensor)) claims to end at offset \(end), and the file ends at offset \(available)."
    case .byteCount(let tensor, let found, let expected):
      "\(name(tensor)) has \(found) bytes, and its shape and element type need \(expected)."
    case .overlap(let tensor, let begin, let previousEnd):
      """
      \(name(tensor)) begins at offset \(begin), inside the tensor before it, which ends at \
      \(previousEnd).
      """
    case .gap(let tensor, let begin, let previousEnd):
      """
      \(name(tensor)) begins at offset \(begin), and what comes before it ends at \(previousEnd); the \
      bytes between belong to nothing.
      """
    case .trailingBytes(let count):
      "\(count) bytes at the end of the file belong to no tensor."
    case .missingTensor(let tensor):
      "The file has no tensor “\(FileName.printable(tensor))”."
    case .otherElementType(let tensor, let found, let expected):
      """
      \(name(tensor)) has elements of type \(found.rawValue), and \(expected.rawValue) was expected.
      """
    }
  }

  private func name(_ tensor: String) -> String {
    "The tensor “\(FileName.printable(tensor))”"
  }
}

/// A file of tensors that cannot be used, by its path.
public struct UnusableTensorFile: ReportableError, Equatable {
  public let path: String
  public let reason: TensorFileError

  public var category: ErrorCategory { reason.category }

  public var description: String {
    "“\(FileName.printable(path))” cannot be used: \(reason)"
  }
}
