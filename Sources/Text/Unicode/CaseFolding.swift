/// Full case folding, the statuses C and F of Unicode's CaseFolding.txt.
///
/// What is the same word but for its case becomes the same text: "Straße" and "STRASSE" do, and "σ"
/// and "ς" at a word's end, and the small and the capital letters of Cherokee, all of which lower case
/// keeps apart. The Turkish dotless and dotted i are not treated in their own way: "İ" becomes "i" with
/// a dot above.
enum CaseFolding {
  /// Appends what the scalar folds to, one to three scalars.
  static func append(_ scalar: UInt32, to scalars: inout [UInt32]) {
    if scalar < 0x80 {
      let isCapital = UInt32(0x41)...0x5A ~= scalar
      scalars.append(isCapital ? scalar + 0x20 : scalar)
      return
    }
    if let expansion = expansions[scalar] {
      scalars += expansion
      return
    }
    let end = runs.firstIndexInAscendingOrder { $0.first > scalar }
    let run = runs[end - 1]
    let isMoved = scalar <= run.last && (scalar - run.first) % run.step == 0
    scalars.append(isMoved ? UInt32(Int32(scalar) + run.distance) : scalar)
  }
}
