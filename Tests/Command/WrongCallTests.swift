import Testing

/// Calls that cannot be answered: the exit status, and what stderr says; stdout stays empty.
@Suite("Wrong calls")
struct WrongCallTests {
  struct Call: CustomTestStringConvertible {
    let arguments: String
    let status: Int32
    let says: String
    var environment: [String: String] = [:]

    var testDescription: String { arguments }
  }

  static let calls = [
    Call(arguments: "frobnicate", status: 64, says: "frobnicate"),
    Call(arguments: "train", status: 64, says: "<DATA>"),
    Call(arguments: "train DATA --epochs 0", status: 64, says: "1 to 1000000"),
    Call(arguments: "train DATA --epochs many", status: 64, says: "many"),
    Call(arguments: "train DATA --batch 0", status: 64, says: "1 to 1000000"),
    Call(arguments: "train DATA --learning-rate -1", status: 64, says: "learning-rate"),
    Call(arguments: "train DATA --learning-rate=-1", status: 64, says: "above 0"),
    Call(arguments: "train DATA --learning-rate nan", status: 64, says: "above 0"),
    Call(arguments: "train DATA --validation 1", status: 64, says: "below 1"),
    Call(arguments: "train DATA --validation=-0.1", status: 64, says: "from 0"),
    Call(arguments: "train DATA --threads 0", status: 64, says: "1 to 1024"),
    Call(arguments: "train DATA --optimizer best", status: 64, says: "adamw"),
    Call(arguments: "train DATA --as smell", status: 64, says: "volume"),
    Call(arguments: "train DATA --seed=-1", status: 64, says: "-1"),
    Call(arguments: "train missing", status: 66, says: "missing"),
    Call(arguments: "train missing --as table", status: 66, says: "missing"),
    Call(arguments: "train missing --no-header", status: 66, says: "missing"),
    Call(arguments: "train DATA --shape 8", status: 64, says: "8x8"),
    Call(arguments: "train DATA --shape 0x8", status: 64, says: "8x8"),
    Call(arguments: "train missing --as sound", status: 66, says: "missing"),
    Call(arguments: "train .", status: 65, says: "folder"),
    Call(arguments: "train . --network missing.json", status: 66, says: "missing.json"),
    Call(arguments: "evaluate missing .", status: 66, says: "missing"),
    Call(arguments: "classify missing a.png", status: 66, says: "missing"),
    Call(arguments: "classify missing", status: 64, says: "<INPUT>"),
    Call(arguments: "classify missing a.png --top=-1", status: 64, says: "0 for all"),
    Call(arguments: "summary missing", status: 66, says: "missing"),
    Call(arguments: "summary missing --input 28", status: 64, says: "28"),
    Call(arguments: "summary missing --input 28x0x1", status: 64, says: "28x0x1"),
    Call(arguments: "summary missing --labels 0", status: 64, says: "1 to 1000000"),
    Call(arguments: "xo generate DIR", status: 64, says: "--count"),
    Call(arguments: "xo generate DIR --count 0", status: 64, says: "1 to 10000000"),
    Call(arguments: "xo generate DIR --count 5 --size 8", status: 64, says: "9 to 1024"),
    Call(arguments: "xo generate DIR --count 5 --tricky upside-down", status: 64, says: "upside"),
    Call(arguments: "xo generate DIR --count 5 --rank 4", status: 64, says: "'1', '2' or '3'"),
    Call(arguments: "xo generate DIR --count 5 --rank 1 --size 31", status: 64, says: "for clips"),
    Call(arguments: "xo generate DIR --count 5 --rank 3 --size 129", status: 64, says: "9 to 128"),
    Call(
      arguments: "xo generate DIR --count 5 --rank 1 --tricky noise,rotation", status: 64,
      says: "translation, scaling, loudness, noise, all or none"),
    Call(arguments: "xo generate DIR --count 5 --tricky noise", status: 64, says: "for pictures"),
    Call(
      arguments: "xo generate DIR --count 5 --tricky "
        + "translation,scaling,rotation,weight,loudness,noise", status: 64, says: "for pictures"),
    Call(
      arguments: "xo generate DIR --count 5 --rank 3 --tricky loudness", status: 64,
      says: "for volumes"),
    Call(arguments: "xo generate no/such/DIR --count 5", status: 73, says: "no/such/DIR"),
    Call(
      arguments: "demo", status: 64, says: "avx2", environment: ["CONVKIT_ISA": "abacus"]),
  ]

  @Test(arguments: calls)
  func isRefused(_ call: Call) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      call.arguments.split(separator: " ").map(String.init), in: folder.path,
      environment: call.environment)
    #expect(outcome.status == call.status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(call.says))
    #expect(outcome.errors.hasPrefix("Error: "))
    // Only a call that makes no sense is answered with how to call.
    if call.status != 64 { #expect(!outcome.errors.contains("Usage:")) }
    #expect(try folder.names().isEmpty)
  }

  @Test func networkInJSONIsExplained() throws {
    let folder = try TemporaryFolder()
    for (text, says) in [
      ("[", "JSON"),
      (#"[{"layer": "convolution"}]"#, "there is no layer"),
      (#"[{"layer": "conv", "features": "many", "size": 3}]"#, "features"),
      (#"[{"layer": "conv", "featurs": 8, "size": 3}]"#, "featurs"),
      (#"[{"layer": "votes"}, {"layer": "relu", "slope": 1}]"#, "slope"),
      ("7", "network"),
      (#"[{"layer": "relu"}]"#, "Votes()"),
      (#"[{"layer": "conv", "features": 8, "size": 99}, {"layer": "votes"}]"#, "conv1"),
    ] {
      try folder.write(text.utf8, to: "net.json")
      let outcome = try Program.run(
        ["summary", "net.json", "--input", "28x28x1"], in: folder.path)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(says), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test func summaryOfANetworkInJSON() throws {
    let folder = try TemporaryFolder()
    let text =
      #"[{"layer": "conv", "features": 8, "size": 3}, {"layer": "relu"}, "#
      + #"{"layer": "flatten"}, {"layer": "votes"}]"#
    try folder.write(text.utf8, to: "net.json")
    let table = try Program.run(
      ["summary", "net.json", "--input", "5x5x1", "--labels", "3"], in: folder.path)
    #expect(
      table.output == """
        layer     output  parameters  multiply-adds
        --------  ------  ----------  -------------
        conv1     3×3×8           80            648
        relu1     3×3×8            0              0
        flatten1  72               0              0
        votes1    3              219            216
        --------  ------  ----------  -------------
        total                    299            864

        """)
    #expect(table.status == 0)
    let withoutInput = try Program.run(["summary", "net.json"], in: folder.path)
    #expect(withoutInput.status == 64)
    #expect(withoutInput.errors.contains("--input"))
    let huge = try Program.run(
      ["summary", "net.json", "--input", "2147483648x2147483648x2147483648x1"], in: folder.path)
    #expect(huge.status == 65)
  }
}
