/// Files in a folder whose names say which parts of a data set they are.
enum PartFiles {
  /// What the parts are called in the names of files. Texts are often published with a part `dev`.
  private static let parts = LabelledFolder.parts.merging(["dev": .validation]) { own, _ in own }

  /// Those of a folder's files that are parts and may be text by their first bytes.
  static func found(in folder: String, among files: [String]) -> [DataSource.PartFile] {
    files.compactMap { file in
      let path = FileName.join(folder, file)
      guard let part = part(of: file), mayBeText(path) else { return nil }
      return DataSource.PartFile(path: path, part: part)
    }
  }

  /// The part that a name tells: by what stands behind its last dot, dash or underscore, as in
  /// `TREC.train`, or before its extension, as in `train.csv` and `spam_test.tsv`.
  static func part(of file: String) -> DataPart? {
    let words = file.lowercased().utf8.split(
      omittingEmptySubsequences: false,
      whereSeparator: { [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0) }
    ).map { String(Substring($0)) }
    if let last = words.last, let part = parts[last] { return part }
    // Only a dot begins an extension.
    let extensionLength = words.last?.utf8.count ?? 0
    let isExtension =
      file.lowercased().utf8.dropLast(extensionLength).last == UInt8(ascii: ".")
    return words.count > 1 && isExtension ? parts[words[words.count - 2]] : nil
  }

  /// Whatever its encoding: only the reader knows that.
  private static func mayBeText(_ path: String) -> Bool {
    guard let start = try? BoundedFile.readStart(path: path, count: FileContent.sniffed) else {
      return false
    }
    let content = FileContent(start: start)
    return content == .text || TextEncoding.hasMarkOfUTF16(start)
      || content == nil && FileContent.hasNoControls(start) && !start.isEmpty
  }
}
