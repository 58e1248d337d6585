import ConvKitCore
import ConvKitKernels
import Testing

/// A mistake planted in a compiled plan or in a table of kernels, and the check that must notice it.
///
/// This is how the exactness tests show that they can fail. Nothing that ships knows of it: plans are
/// values, and a table is a struct of functions, so a copy of either can be spoiled.
struct Fault: Sendable, CustomTestStringConvertible {
  let name: String
  /// Runs the check with the fault, or without it, and returns the mismatch that it finds.
  let check: @Sendable (_ planted: Bool, InstructionSet) throws -> String?

  var testDescription: String { name }

  static let all =
    convolutionPlans + poolingPlans + products + depthwiseProducts + groupedProducts
    + mapKernels + pooledKernels + pooledPlans
}

/// The table that spoiled kernels call, which cannot capture one.
///
/// Unchecked because it is a copy of a table that never changes.
nonisolated(unsafe) let soundKernels: convkit_kernels = InstructionSet.available[0].kernels.pointee

extension Fault {
  /// A fault in a copy of the best table.
  static func kernel(
    _ name: String, _ example: @autoclosure @escaping @Sendable () -> any Example,
    _ spoil: @escaping @Sendable (inout convkit_kernels) -> Void
  ) -> Fault {
    Fault(name: name) { planted, _ in
      var table = soundKernels
      if planted { spoil(&table) }
      return try withUnsafePointer(to: table) {
        try example().mismatch(on: InstructionSet(kernels: $0))
      }
    }
  }
}
