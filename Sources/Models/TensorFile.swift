import ConvKitCore
import ConvKitFiles

/// Named tensors and texts in one file, in the safetensors format.
///
/// The file is a header length (8 bytes, little-endian), a JSON header that gives every tensor's
/// name, element type, shape and place, and the tensors' bytes: row-major, little-endian, without
/// gaps. It holds data only, so reading it runs nothing; every claim of the header is checked before
/// it is believed.
public struct TensorFile: Sendable, Equatable {
  /// One tensor as the file holds it.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let elementType: ElementType
    /// The size along each axis, outermost first; empty for a single value.
    public let shape: [Int]
    /// Row-major, little-endian. A slice of the whole file when it was read from one.
    public let bytes: ArraySlice<UInt8>
  }

  /// The tensors, in the order of their bytes when they were read from a file.
  public private(set) var entries: [Entry]

  /// Texts that go with the tensors.
  ///
  /// Every file that is written says `"format": "pt"`, for loaders of the Hugging Face family refuse
  /// one that names no format they know, and the layout of the weights is PyTorch's.
  ///
  /// The checksum is not among them; see `seal`.
  public var metadata: [String: String]

  /// What the file says about its own bytes. One that is written has a checksum where this is not
  /// `none`.
  public internal(set) var seal: Seal

  private var places: [String: Int]

  /// - Parameter isSealed: whether the file that is written carries a checksum.
  public init(metadata: [String: String] = [:], isSealed: Bool = false) {
    entries = []
    places = [:]
    seal = isSealed ? .intact : .none
    self.metadata = metadata
    self.metadata["format"] = self.metadata["format"] ?? "pt"
  }

  /// For the reader, which has made sure that the names differ.
  init(entries: [Entry], metadata: [String: String], seal: Seal = .none) {
    self.entries = entries
    self.metadata = metadata
    self.seal = seal
    places = Dictionary(
      zip(entries.map(\.name), entries.indices), uniquingKeysWith: { first, _ in first })
  }

  /// The tensor of that name as the file holds it, or nil.
  public func entry(named name: String) -> Entry? {
    places[name].map { entries[$0] }
  }

  /// Adds a tensor. Its bytes are copied.
  ///
  /// - Precondition: there is none of that name; "__metadata__" is none, and a file holds at most
  ///   `limits.entries` tensors of at most `limits.axes` axes.
  public mutating func append<Scalar: TensorFileScalar>(
    _ tensor: Tensor<Scalar>, named name: String
  ) {
    append(
      Entry(
        name: name, elementType: Scalar.tensorFileElementType, shape: tensor.shape,
        bytes: Self.bytes(of: tensor.elements)[...]))
  }

  /// Adds a list of bytes as a tensor of one axis: long texts, as vocabularies.
  ///
  /// - Precondition: as for a tensor.
  public mutating func append(bytes: [UInt8], named name: String) {
    append(Entry(name: name, elementType: .uint8, shape: [bytes.count], bytes: bytes[...]))
  }

  private mutating func append(_ entry: Entry) {
    precondition(entry.name != Self.metadataKey, "no tensor can have the name \(entry.name)")
    precondition(places[entry.name] == nil, "there is already a tensor “\(entry.name)”")
    precondition(
      entries.count < Self.limits.entries, "more than \(Self.limits.entries) tensors")
    precondition(
      entry.shape.count <= Self.limits.axes, "a tensor of \(entry.shape.count) axes")
    places[entry.name] = entries.count
    entries.append(entry)
  }

  /// The tensor of that name.
  ///
  /// Costs one copy of its bytes.
  ///
  /// - Throws: `TensorFileError` when there is none or its elements are of another type.
  public func tensor<Scalar: TensorFileScalar>(
    named name: String, of type: Scalar.Type = Scalar.self
  ) throws -> Tensor<Scalar> {
    guard let entry = entry(named: name) else {
      throw TensorFileError.missingTensor(name: name)
    }
    guard entry.elementType == Scalar.tensorFileElementType else {
      throw TensorFileError.otherElementType(
        tensor: name, found: entry.elementType, expected: Scalar.tensorFileElementType)
    }
    return Tensor(shape: entry.shape, elements: Self.elements(of: entry.bytes))
  }

  /// The first tensor, and the index of its first element, that is infinite or not a number; nil
  /// when all is finite.
  ///
  /// Looks at 16, 32 and 64 bit floating point, the types of weights.
  ///
  /// - Parameter names: of the tensors to look at; nil for all.
  public func firstNonFinite(among names: Set<String>? = nil) -> (tensor: String, index: Int)? {
    for entry in entries where names?.contains(entry.name) ?? true {
      if let index = entry.firstNonFinite() { return (entry.name, index) }
    }
    return nil
  }

  static let metadataKey = "__metadata__"

  /// What reading refuses to go beyond, whatever the file claims.
  static let limits = (
    // In bytes; the format's own limit.
    header: 100_000_000,
    // Networks have hundreds of tensors; these many take some 70 MB beside the file.
    entries: 100_000,
    // Texts of metadata.
    texts: 10_000,
    axes: 16,
    // In bytes, of a name or a text of metadata. Decoding one takes up to twice its size beside the
    // file; what is longer than this belongs into a tensor of bytes.
    text: 1 << 24
  )
}
