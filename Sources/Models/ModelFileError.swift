import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// The ways in which a sound container can hold an unsound model.
public enum ModelFileError: ReportableError, Equatable {
  case notAModel
  case otherVersion(String)
  /// The bytes are not those that were written.
  case checksum
  case metadata(MetadataError)
  case labels
  case tooManyLabels(Int)
  case record
  case network(ShapeError)
  case parameter(ParameterError)
  case elementType(String, received: String)
  case notFinite(String, index: Int)
  case negativeVariance
  /// The end of a sentence about the tokens of texts.
  case tokens(String)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notAModel:
      "It is a safetensors file without a ConvKit model: \"convkit.version\" is missing. Give a"
        + " file that `convkit train` has written."
    case .otherVersion(let version):
      "It is a model of format \(version.prefix(20)), and this version of ConvKit reads format"
        + " \(Model.formatVersion). Use the ConvKit that wrote it, or train again."
    case .checksum:
      "Its bytes are not those that were written: the checksum differs. Copy or download it again,"
        + " or train again."
    case .metadata(let error): "\(error)"
    case .labels: "Its labels are not a list of different names, at least one."
    case .tooManyLabels(let count):
      "It has \(count) labels, and at most \(Evaluation.mostLabels) are allowed."
    case .record: "Its training record holds numbers that no training has."
    case .network(let error): "Its network does not fit its front end. \(error)"
    case .parameter(let error): "\(error)"
    case .elementType(let name, let received):
      "\"\(name)\" holds \(received) values, and a model holds F32."
    case .notFinite(let name, let index):
      "\"\(name)\" holds a value that is not a finite number, the one numbered \(index)."
    case .negativeVariance: "A running variance is negative."
    case .tokens(let fault): "Its tokens \(fault)."
    }
  }
}

/// A model file that cannot be used, and why.
public struct UnusableModel: ReportableError, Equatable {
  public let path: String
  public let reason: ModelFileError
  public var category: ErrorCategory { reason.category }
  public var description: String {
    "The model “\(FileName.printable(path))” cannot be used. \(reason)"
  }
}

/// A training whose model could not be written, told before it begins.
public struct UnwritableModel: ReportableError, Equatable {
  public let reason: ModelFileError
  public var category: ErrorCategory { .badData }
  public var description: String {
    "The model of this training could not be written. \(reason) Give fewer or shorter labels, or a"
      + " smaller network."
  }
}
