import ConvKitCore
import ConvKitFiles
import ConvKitText

/// Tokens as tensors of a model file.
extension StoredTokens {
  private static let bytesName = "convkit.vocabulary.bytes"
  private static let offsetsName = "convkit.vocabulary.offsets"
  private static let mergesName = "convkit.vocabulary.merges"

  /// Of the tensors; no layer can have one of these.
  var names: Set<String> {
    switch self {
    case .listed: [Self.bytesName, Self.offsetsName]
    case .merged: [Self.mergesName]
    }
  }

  fileprivate func append(to file: inout TensorFile) {
    switch self {
    case .listed(let bytes, let offsets):
      file.append(bytes: bytes, named: Self.bytesName)
      file.append(Tensor(shape: [offsets.count], elements: offsets), named: Self.offsetsName)
    case .merged(let pairs):
      file.append(Tensor(shape: [pairs.count / 2, 2], elements: pairs), named: Self.mergesName)
    }
  }

  /// nil where a file has none.
  fileprivate init?(_ file: TensorFile) throws {
    func numbers(_ name: String, _ shape: [Int?]) throws -> [Int32] {
      let tensor: Tensor<Int32> = try file.tensor(named: name)
      guard tensor.shape.count == shape.count,
        zip(tensor.shape, shape).allSatisfy({ $1 == nil || $0 == $1 })
      else { throw ModelFileError.tokens("have the shape \(tensor.shape)") }
      return tensor.elements
    }
    if file.entry(named: Self.mergesName) != nil {
      self = .merged(pairs: try numbers(Self.mergesName, [nil, 2]))
    } else if file.entry(named: Self.bytesName) != nil {
      let bytes: Tensor<UInt8> = try file.tensor(named: Self.bytesName)
      self = .listed(bytes: bytes.elements, offsets: try numbers(Self.offsetsName, [nil]))
    } else {
      return nil
    }
  }
}

extension TensorFile {
  mutating func append(_ tokens: StoredTokens) { tokens.append(to: &self) }

  /// - Throws: `ModelFileError.tokens`.
  func storedTokens() throws -> StoredTokens? {
    do {
      return try StoredTokens(self)
    } catch let error as TensorFileError {
      throw ModelFileError.tokens("cannot be read: \(error)")
    }
  }
}
