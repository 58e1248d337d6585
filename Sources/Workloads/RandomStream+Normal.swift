import ConvKitCore

extension RandomStream {
  /// A value of the standard normal distribution (Box and Muller 1958).
  package mutating func normal() -> Float {
    let radius = (-2 * Elementary.log(1 - Double(uniform()))).squareRoot()
    return Float(radius * Elementary.cosineAndSine(2 * Double.pi * Double(uniform())).cosine)
  }

  /// A place below `count`.
  package mutating func place(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
