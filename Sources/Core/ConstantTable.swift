/// A list that a plan hands to the kernels: its address stays the same for as long as it lives.
package final class ConstantTable<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked because the memory is written once, before the initialiser returns.
  package let elements: UnsafePointer<Element>
  package let count: Int

  package init(_ values: [Element]) {
    let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, values.count))
    copy.initialize(from: values, count: values.count)
    elements = UnsafePointer(copy)
    count = values.count
  }

  deinit { elements.deallocate() }
}
