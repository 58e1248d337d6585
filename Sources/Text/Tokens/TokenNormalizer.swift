/// Brings a token to the letters and the form that the settings ask for.
struct TokenNormalizer {
  private let folds: Bool
  private let composes: Bool
  private let zeroes: Bool
  /// Whether bytes that are not UTF-8 become U+FFFD; else they stay as they are.
  private let replacesIllFormed: Bool

  init(_ settings: TokenSettings) {
    folds = settings.letters == .folded
    composes = settings.form == .composed
    zeroes = settings.digits == .zeroed
    replacesIllFormed = settings.unit != .subwords
  }

  /// Whether a segment with these traits may change.
  func isNeeded(_ traits: ScalarTraits.Union) -> Bool {
    folds && traits.folds || composes && traits.composes || zeroes && traits.hasDigits
      || replacesIllFormed && traits.isIllFormed
  }

  /// The segment as the settings ask for it, instead of what `result` holds.
  ///
  /// - Parameter segment: looked at alone: what stands beside it changes nothing.
  func normalize(_ segment: ArraySlice<UInt8>, into result: inout [UInt8]) {
    result.removeAll(keepingCapacity: true)
    for byte in segment {
      if byte >= 0x80 {
        result.removeAll(keepingCapacity: true)
        normalizeScalars(segment, into: &result)
        return
      }
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(folds ? byte + 0x20 : byte)
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.append(zeroes ? UInt8(ascii: "0") : byte)
      default: result.append(byte)
      }
    }
  }

  private func normalizeScalars(_ segment: ArraySlice<UInt8>, into result: inout [UInt8]) {
    var scalars: [UInt32] = []
    var position = segment.startIndex
    while position < segment.endIndex {
      let scalar = DecodedScalar(segment, at: position)
      if scalar.isIllFormed && !replacesIllFormed {
        for changed in normalized(scalars) { result.append(scalar: changed) }
        scalars.removeAll(keepingCapacity: true)
        result += segment[position..<position + scalar.length]
      } else {
        scalars.append(scalar.value)
      }
      position += scalar.length
    }
    for changed in normalized(scalars) { result.append(scalar: changed) }
  }

  /// NFC(fold(NFD(scalars))), which is the same for texts that are canonically equivalent (The Unicode
  /// Standard, chapter 3.13, D145), with digits zeroed: these are no part of any composition.
  private func normalized(_ scalars: [UInt32]) -> [UInt32] {
    var scalars = scalars
    if folds {
      let apart = composes ? CanonicalComposition.decomposed(scalars) : scalars
      scalars.removeAll(keepingCapacity: true)
      for scalar in apart { CaseFolding.append(scalar, to: &scalars) }
    }
    if composes { scalars = CanonicalComposition.composed(scalars) }
    guard zeroes else { return scalars }
    return scalars.map { ScalarTraits(of: $0).isDigit ? 0x30 : $0 }
  }
}
