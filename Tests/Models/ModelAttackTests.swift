import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import Testing

@testable import ConvKitModels

/// A model file that lies, and a part of the one sentence that says so.
private struct ModelAttack {
  let name: String
  let bytes: [UInt8]
  let says: String

  init(_ name: String, _ says: String, _ bytes: [UInt8]) {
    self.name = name
    self.says = says
    self.bytes = bytes
  }
}

@Suite struct ModelAttackTests {
  private static func container() throws -> [ModelAttack] {
    let whole = try ModelFixture.model().encoded()
    var longer = whole
    longer[5] = 1
    let conv = #""shape":[2,1,2,2]"#
    let votes = #""votes1.bias":"#
    return [
      ModelAttack("no bytes", "8", []),
      ModelAttack("length beyond the file", "at most 100000000 are allowed", longer),
      ModelAttack("cut values", "the file ends at offset", Array(whole.dropLast(3))),
      ModelAttack("bytes at the end", "belong to no tensor", whole + [0]),
      ModelAttack("not a tensor file", "opening brace", TensorFileAttack.file("PNG")),
      ModelAttack(
        "overlap", "bytes, and its shape",
        try ModelFixture.file(header: #""data_offsets":[72,80]"#, #""data_offsets":[68,80]"#)),
      ModelAttack(
        "the same bytes twice", "inside the tensor before it",
        try ModelFixture.file(header: #""data_offsets":[72,80]"#, #""data_offsets":[64,72]"#)),
      ModelAttack(
        "product that wraps", "more elements than any machine",
        try ModelFixture.file(header: conv, #""shape":[4294967296,4294967296,2,2]"#)),
      ModelAttack(
        "duplicate tensor", "a second time",
        try ModelFixture.file(header: #""conv1.bias":"#, #""conv1.weight":"#)),
      ModelAttack(
        "duplicate metadata", "a second time",
        try ModelFixture.file(header: #""convkit.labels":"#, #""convkit.network":"#)),
      ModelAttack(
        "nested header", "a list or an object where",
        try ModelFixture.file(header: conv, #""shape":"# + String(repeating: "[", count: 50_000))),
      ModelAttack(
        "metadata not texts", "something else than a text",
        try ModelFixture.file(header: #""convkit.version":"2""#, #""convkit.version":2"#)),
      ModelAttack(
        "negative size", "negative number",
        try ModelFixture.file(header: conv, #""shape":[-2,1,2,2]"#)),
      ModelAttack(
        "unknown type", "unknown type",
        try ModelFixture.file(header: votes + #"{"dtype":"F32""#, votes + #"{"dtype":"F33""#)),
      ModelAttack(
        "uncovered bytes", "belong to nothing",
        TensorFileAttack.file(
          "{" + TensorFileAttack.tensor("conv1.bias", "F32", "[2]", "[4,12]") + "}",
          data: Array(repeating: 0, count: 12))),
      ModelAttack(
        "a million entries", "more than 100000 tensors",
        TensorFileAttack.file(
          "{"
            + (0..<1_000_000).map {
              #""\#($0)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
            }.joined(separator: ",") + "}")),
    ]
  }

  private static func tensors() throws -> [ModelAttack] {
    func changed(
      _ name: String, _ says: String, _ change: (inout [String: Tensor<Float>]) -> Void
    ) throws -> ModelAttack {
      ModelAttack(name, says, try ModelFixture.fileOfTensors(change))
    }
    var doubles = try TensorFile(bytes: ModelFixture.model().encoded())
    doubles = TensorFile(
      entries: doubles.entries.filter { $0.name != "conv1.bias" }, metadata: doubles.metadata,
      seal: .intact)
    doubles.append(Tensor<Double>(repeating: 0, shape: [2]), named: "conv1.bias")
    return [
      ModelAttack("wrong type", "\"conv1.bias\" holds F64", doubles.encoded()),
      try changed("NaN weight", "\"conv1.weight\" holds a value that is not a finite") {
        $0["conv1.weight"]?.elements[3] = .nan
      },
      try changed("infinite vote", "\"votes1.weight\" holds a value that is not a finite") {
        $0["votes1.weight"]?.elements[0] = -.infinity
      },
      try changed("NaN variance", "\"batchNorm1.runningVariance\" holds a value that is") {
        $0["batchNorm1.runningVariance"]?.elements[1] = .nan
      },
      try changed("negative variance", "variance is negative") {
        $0["batchNorm1.runningVariance"]?.elements[1] = -0.5
      },
      try changed("missing tensor", "values \"votes1.bias\"") { $0["votes1.bias"] = nil },
      try changed("stray tensor", "values \"conv9.bias\"") {
        $0["conv9.bias"] = Tensor(repeating: 0, shape: [1])
      },
      try changed("axes exchanged", "\"votes1.weight\" has the shape [8, 2]") {
        $0["votes1.weight"] = Tensor(repeating: 0, shape: [8, 2])
      },
      try changed("an axis more", "\"conv1.bias\" has the shape [2, 1]") {
        $0["conv1.bias"] = Tensor(repeating: 0, shape: [2, 1])
      },
      try changed("an empty tensor", "\"conv1.bias\" has the shape [0]") {
        $0["conv1.bias"] = Tensor(repeating: 0, shape: [0])
      },
    ]
  }

  private static func metadata() throws -> [ModelAttack] {
    func text(_ name: String, _ says: String, _ key: String, _ value: String?) throws -> ModelAttack
    {
      ModelAttack(name, says, try ModelFixture.file(metadata: { $0["convkit." + key] = value }))
    }
    func part(
      _ name: String, _ says: String, _ key: String, _ old: String, _ new: String
    ) throws -> ModelAttack {
      ModelAttack(name, says, try ModelFixture.file(key, old, new))
    }
    let whole = try TensorFile(bytes: ModelFixture.model().encoded())
    func history<Scalar: TensorFileScalar>(
      _ name: String, _ says: String, _ tensor: Tensor<Scalar>?
    ) -> ModelAttack {
      var file = TensorFile(
        entries: whole.entries.filter { $0.name != "convkit.history" }, metadata: whole.metadata,
        seal: .intact)
      if let tensor { file.append(tensor, named: "convkit.history") }
      return ModelAttack(name, says, file.encoded())
    }
    let deep = String(repeating: "[", count: 10_000)
    let many = (0..<50_000).map { "\"\($0)\"" }.joined(separator: ",")
    return [
      try text("no version", "\"convkit.version\" is missing", "version", nil),
      try text("other version", "of format 1", "version", "1"),
      try text("long version", "of format 2222", "version", String(repeating: "2", count: 99)),
      try text("no network", "lack \"convkit.network\"", "network", nil),
      try text("no front end", "lack \"convkit.frontEnd\"", "frontEnd", nil),
      try text("no labels", "lack \"convkit.labels\"", "labels", nil),
      try text("no record", "lack \"convkit.training\"", "training", nil),
      try text("labels empty", "not a list of different", "labels", "[]"),
      try text("labels twice", "not a list of different", "labels", #"["X","X"]"#),
      try text("label of nothing", "not a list of different", "labels", #"["","X"]"#),
      try text("labels of numbers", "\"convkit.labels\" cannot be read", "labels", "[1,2]"),
      try text("labels an object", "\"convkit.labels\" cannot be read", "labels", "{}"),
      try text("a label more", "votes1.weight", "labels", #"["O","X","Y"]"#),
      try text("50,000 labels", "at most 4096 are allowed", "labels", "[\(many)]"),
      try text(
        "labels of a megabyte", "\"convkit.labels\" has more than 1048576 bytes", "labels",
        "[\"" + String(repeating: "O", count: 1 << 20) + "\",\"X\"]"),
      try text("deep labels", "\"convkit.labels\" nests", "labels", deep),
      try text("deep front end", "\"convkit.frontEnd\" nests", "frontEnd", deep),
      try text("deep record", "\"convkit.training\" nests", "training", deep),
      try text("front end not JSON", "\"convkit.frontEnd\" cannot be read", "frontEnd", "{"),
      try part("unknown front end", "no front end \"smell\"", "frontEnd", "image", "smell"),
      try part(
        "10^9 rows", "height is 1000000000", "frontEnd", #""height":3"#, #""height":1000000000"#),
      try part("negative columns", "width is -3", "frontEnd", #""width":3"#, #""width":-3"#),
      try part("deviation 0", "deviation", "frontEnd", #""deviation":[0.5]"#, #""deviation":[0]"#),
      try part("two means", "mean", "frontEnd", #""mean":[0.5]"#, #""mean":[0.5,0.5]"#),
      try part("other input", "votes1.weight", "frontEnd", #""width":3"#, #""width":4"#),
      try text("record not one", "\"convkit.training\" cannot be read", "training", "[]"),
      try part(
        "best epoch 3 of 2", "training record", "training", #""bestEpoch":2"#, #""bestEpoch":3"#),
      try part("best epoch 0", "training record", "training", #""bestEpoch":2"#, #""bestEpoch":0"#),
      try part(
        "negative examples", "training record", "training", #""trainingExamples":8"#,
        #""trainingExamples":-8"#),
      try part(
        "no epochs", "epochs are 1 to", "training", #""epochs":2"#, #""epochs":0"#),
      try part(
        "a rate below 0", "learning rate is above 0", "training", #""momentum":0.9"#,
        #""learningRate":-1,"momentum":0.9"#),
      try part(
        "weights of other labels", "training record", "training", #""labelWeights":[]"#,
        #""labelWeights":[1]"#),
      try part(
        "data set by no fingerprint", "training record", "training", "0123456789abcdef", "0"),
      history("no history", "convkit.history", nil as Tensor<Double>?),
      history("history flat", "training record", Tensor<Double>(repeating: 0, shape: [8])),
      history(
        "history of five numbers", "training record", Tensor<Double>(repeating: 0, shape: [2, 5])),
      history("one epoch of two", "training record", Tensor<Double>(repeating: 0, shape: [1, 4])),
      history(
        "endless loss", "training record", Tensor<Double>(repeating: .infinity, shape: [2, 4])),
      history("accuracy of 2", "training record", Tensor<Double>(repeating: 2, shape: [2, 4])),
      history("history of halves", "training record", Tensor<Float>(repeating: 0, shape: [2, 4])),
    ]
  }

  private static func networks() throws -> [ModelAttack] {
    func network(_ name: String, _ says: String, _ layers: String...) throws -> ModelAttack {
      let list = layers + [#"{"layer":"flatten"}"#, #"{"layer":"votes"}"#]
      return ModelAttack(
        name, says,
        try ModelFixture.file(network: #"{"layers":["# + list.joined(separator: ",") + "]}"))
    }
    let relus = Array(repeating: #"{"layer":"relu"}"#, count: 400_000).joined(separator: ",")
    return [
      ModelAttack(
        "deep network", "\"convkit.network\" nests",
        try ModelFixture.file(network: String(repeating: #"{"layers":["#, count: 5_000))),
      ModelAttack("network a number", "\"convkit.network\"", try ModelFixture.file(network: "7")),
      ModelAttack(
        "400,000 layers", "\"convkit.network\" has more than",
        try ModelFixture.file(network: "[\(relus)]")),
      ModelAttack("no layers", "End the network with Votes", try ModelFixture.file(network: "[]")),
      try network("unknown layer", "no layer \"smell\"", #"{"layer":"smell"}"#),
      try network("unknown knob", "has no \"sise\"", #"{"layer":"conv","features":2,"sise":2}"#),
      try network(
        "10^9 features", "Layer conv1", #"{"layer":"conv","features":1000000000,"size":2}"#),
      try network(
        "4·10^18 features", "Layer conv1",
        #"{"layer":"conv","features":4000000000000000000,"size":3}"#),
      try network("no features", "0 features", #"{"layer":"conv","features":0,"size":2}"#),
      try network("negative window", "a size of -2", #"{"layer":"conv","features":2,"size":-2}"#),
      try network(
        "window of 2^30", "Layer conv1",
        #"{"layer":"conv","features":2,"size":1073741824,"padding":"same"}"#),
      try network(
        "window on many axes", "for an input of 2 axes",
        #"{"layer":"maxPool","size":[1073741824,1073741824,1073741824,1073741824]}"#),
      try network(
        "stride 0", "a stride of 0", #"{"layer":"conv","features":2,"size":2,"stride":0}"#),
      try network("rate 2", "a rate of 2", #"{"layer":"dropout","rate":2}"#),
      try network("slope -1", "a slope of -1", #"{"layer":"leakyReLU","slope":-1}"#),
      try network("epsilon 0", "epsilon 0", #"{"layer":"batchNorm","epsilon":0}"#),
      try network("0 groups", "0 groups", #"{"layer":"conv","features":2,"size":2,"groups":0}"#),
      try network("tokens of pictures", "needed tokens", #"{"layer":"embedding","channels":2}"#),
      try network(
        "neurons of 2^63 - 1", "Layer dense1", #"{"layer":"flatten"}"#,
        #"{"layer":"dense","neurons":9223372036854775807}"#),
      try network("no branch", "no branch", #"{"layer":"branches","branches":[]}"#),
    ]
  }

  @Test func attacksAreRefused() throws {
    let attacks = try Self.container() + Self.tensors() + Self.metadata() + Self.networks()
    #expect(attacks.count >= 40)
    #expect(Set(attacks.map(\.name)).count == attacks.count)
    print("\(attacks.count) attacks on a model file")
    let folder = try TemporaryFolder()
    for attack in attacks {
      let path = folder.path + "/bad.convkit"
      try AtomicFile.write(attack.bytes, to: path)
      do {
        _ = try Model.read(path: path)
        Issue.record("\(attack.name) is believed")
      } catch let error as any ReportableError {
        #expect(error.category == .badData, "\(attack.name)")
        #expect(error.description.contains(attack.says), "\(attack.name): \(error.description)")
        #expect(error.description.contains("bad.convkit"), "\(attack.name): \(error.description)")
        #expect(error.description.utf8.count < 2000, "\(attack.name)")
      } catch {
        Issue.record("\(attack.name): \(error)")
      }
    }
  }
}
