import ConvKitNetworks
import Foundation
import Testing

/// Rank is a number: below the reading of files no code names one, and every layer is tried at each.
struct RankTests {
  @Test func everyKindOfLayerIsTriedAtEveryRank() throws {
    for rank in 1...4 {
      let extents = NetworkCase.extents.filter { $0.count == rank }
      var tried: Set<String> = []
      for networkCase in NetworkCase.all {
        for extent in extents {
          _ = try networkCase.compiled(extent)
          tried.formUnion(networkCase.network.kinds)
        }
      }
      #expect(tried == Set(layerKinds.map { $0.kind }), "at rank \(rank)")
    }
  }

  @Test(arguments: ["Kernels", "Core", "Networks", "Training"])
  func noFileNamesARank(_ room: String) throws {
    let sources = try Self.sources(of: room)
    #expect(sources.count >= 10, "\(room) has \(sources.count) files")
    for source in sources {
      let code = SourceCode(
        try String(contentsOf: source, encoding: .utf8),
        isSwift: source.pathExtension == "swift")
      for finding in RankNames(in: code.text).findings {
        Issue.record("\(room)/\(source.lastPathComponent):\(finding.line): \(finding.text)")
      }
    }
  }

  /// An exception that nothing needs any more would excuse the next one.
  @Test func everyExceptionIsNeeded() throws {
    var excused: Set<String> = []
    for source in try ["Kernels", "Training"].flatMap(Self.sources) {
      let code = SourceCode(
        try String(contentsOf: source, encoding: .utf8),
        isSwift: source.pathExtension == "swift")
      excused.formUnion(RankNames(in: code.text).excused)
    }
    #expect(excused == RankNames.namesOfOthers)
  }

  private static func sources(of room: String) throws -> [URL] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Sources/\(room)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return names.filter { name in [".swift", ".c", ".h"].contains { name.hasSuffix($0) } }
      .sorted().map { folder.appending(path: $0) }
  }

  // MARK: whether it would be noticed

  @Test(arguments: [
    "struct Conv2D {}", "func conv1d()", "let is3D = true", "pool_2d(x)", "Conv2DLayer()",
    "max2DPool", "let height = 3", "image.width", "let imageWidth = 3", "row_height", "widths[0]",
    "IMAGE_WIDTH", "inputHeights", "heightOfRow", "rank == 2", "rank==2", "if 3 <= rank {}",
    "shape.rank != 1", "inputRank > 2", "extent.count == 3", "shape.count > 3",
    "input.shape.count >= 4", "outputExtent.count < 2", "geometry.axes.count == 1",
    "axes.indices.count == 1", "guard extent.count\n  == 2 else", "(extent.count) == 2",
    "extent.count - 2 == 0", "rank % 2 == 0", "shape?.count == 4", "2 == geometry.axes.count",
    "1...3 ~= rank", "(1...3).contains(rank)", "[1, 2].contains(extent.count)",
    "switch rank {\ncase 1: a()\ndefault: b()\n}", "switch extent.count { case 2, 3: a() }",
    "switch (rank, mode) { case (2, .same): a() }",
    "switch (rank) { default: a(); break; case 2: b(); }", "[3, 5, 7][rank - 1]",
    "[1: a, 2: b][extent.count]", "extent[1]", "input.axes[2]", "axis_count == 2", "ndim > 2",
  ])
  func findsWhatNamesARank(_ code: String) {
    for isSwift in [true, false] {
      let found = RankNames(in: SourceCode("a()\n" + code, isSwift: isSwift).text)
      #expect(found.findings.count == 1, "\(found.findings)")
      #expect(found.findings.allSatisfy { $0.line == 2 })
    }
  }

  @Test(arguments: [
    "// Conv2D of rank == 2", "/* height /* width */ 3D */ a()", "a(\"rank == 2, 3D\")",
    "a(#\"\"3D\" \\(extent[1])\"#)", "\"\"\"\n a \"2D\" width\n \"\"\"", "0x3D + 0x2d",
    "avx512dq", "v2Data", "float32d", "second", "highest", "multipliedFullWidth(by: 2)",
    "#pragma clang loop vectorize_width(8)", "widen(by: 2)", "weight", "Heightened", "widthdraw",
    "extent.count == rank", "rank == other.rank", "values.count == 3", "shape.reduce(1, *) > 3",
    "blocks.count == 1", "axis == 0", "rank - 1", "rank << 2", "extents[0]", "axes[0]",
    "extent[axis]", "ranking == 2", "frank() == 2", "0..<rank", "switch kind { case 2: a() }",
    "switch rank { case most: a() }", "rows[i][axis]",
  ])
  func passesWhatIsInnocent(_ code: String) {
    #expect(RankNames(in: SourceCode(code, isSwift: true).text).findings == [])
  }

  @Test func readsCodeAlone() {
    func code(_ text: String, isSwift: Bool = true) -> String {
      SourceCode(text, isSwift: isSwift).text
    }
    #expect(code("a // b\nc") == "a     \nc")
    #expect(code("a /* b /* c */ d */ e") == "a                   e")
    #expect(code("a /* b /* c */ d", isSwift: false) == "a              d")
    #expect(code(#"a("b \" // c") d"#) == #"a(           ) d"#)
    #expect(code(#"a("b \(c + "d(") e") f"#) == "a(    (c +     )   ) f")
    #expect(code(##"#"\(a)"# \#(b)"##) == ##"         \#(b)"##)
    #expect(code(###"#"\#(a)"#"###) == "    (a)  ")
    #expect(code("\"\"\"\n a\"b\n\"\"\" c") == "   \n    \n    c")
    #expect(code(#"'"' a '\'' b "c" d"#, isSwift: false) == "    a      b     d")
  }
}
