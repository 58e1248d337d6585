import ConvKitKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The kernels that were compiled for one instruction set.
public struct InstructionSet: @unchecked Sendable {
  // Unchecked because of the pointer: a table never changes.

  /// The table that is called. A test may put an altered copy of it here.
  package let kernels: UnsafePointer<convkit_kernels>

  package init(kernels: UnsafePointer<convkit_kernels>) { self.kernels = kernels }

  /// The one called `name`, or nil where this machine lacks it.
  public init?(named name: String) {
    guard let kernels = convkit_kernels_named(name) else { return nil }
    self.kernels = kernels
  }

  public var name: String { String(cString: kernels.pointee.name) }

  /// Whether it multiplies and adds with one rounding. All that do give the same bits, the others not.
  public var isFused: Bool { name != "baseline" }

  /// All that this machine has, the best first.
  public static let available = ["avx512", "avx2", "neon", "baseline"].compactMap(Self.init(named:))

  /// The environment variable that forces one.
  public static let environmentVariable = "CONVKIT_ISA"

  /// What `CONVKIT_ISA` asks for, or the best there is.
  ///
  /// - Throws: `InstructionSetError` when this machine lacks what was asked for.
  public static func requested() throws -> InstructionSet {
    guard let request = getenv(environmentVariable).map({ String(cString: $0) }), !request.isEmpty
    else { return available[0] }
    guard let found = InstructionSet(named: request) else {
      throw InstructionSetError(request: request)
    }
    return found
  }
}

/// `CONVKIT_ISA` names an instruction set that this machine lacks.
public struct InstructionSetError: ReportableError {
  public let request: String
  public var category: ErrorCategory { .wrongCall }
  public var description: String {
    let names = InstructionSet.available.map(\.name).joined(separator: ", ")
    return "\(InstructionSet.environmentVariable) asks for \"\(request)\", and this machine has"
      + " \(names). Set it to one of these, or leave it unset for the best."
  }
}

extension InstructionSet: Equatable {
  public static func == (a: Self, b: Self) -> Bool { a.kernels == b.kernels }
}
