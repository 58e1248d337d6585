/// Files in a folder whose names say which parts of a data set they are.
enum PartFiles {
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
    if let last = words.last, let part = LabelledFolder.parts[last] { return part }
    // Only a dot begins an extension.
    let extensionLength = words.last?.utf8.count ?? 0
    let isExtension =
      file.lowercased().utf8.dropLast(extensionLength).last == UInt8(ascii: ".")
    return words.count > 1 && isExtension ? LabelledFolder.parts[words[words.count - 2]] : nil
  }

  private static func mayBeText(_ path: String) -> Bool {
    (try? BoundedFile.readStart(path: path, count: FileContent.sniffed))
      .map(FileContent.mayBeText) ?? false
  }
}
