import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining
import Foundation
import Testing

@testable import ConvKitModels
@testable import ConvKitVolumes

/// Volumes to learn from: a slab across the first axis, or across the third.
enum SlabVolumes {
  static let labels = ["first", "third"]

  /// A slab of 2 voxels somewhere in noise.
  static func volume(label: Int, number: Int, extent: SIMD3<Int> = SIMD3(repeating: 8)) -> Volume {
    var random = RandomStream(seed: 21, purpose: .tests, item: 2 * number + label)
    let axis = label == 0 ? 0 : 2
    let start = Int.random(in: 1..<extent[axis] - 2, using: &random)
    let values = (0..<extent.x * extent.y * extent.z).map { index in
      let place = [index / extent.z / extent.y, 0, index % extent.z][axis]
      let isInside = start..<start + 2 ~= place
      return (isInside ? 100 : 20) + Float(Int.random(in: 0..<10, using: &random))
    }
    return Volume(
      extent: extent, spacing: SIMD3(1, 1, 1.5), orientation: .anatomical, values: values)
  }

  /// Writes `count` files of each label, plain and packed, of two types.
  static func write(
    count: Int, from first: Int = 0, extent: SIMD3<Int> = SIMD3(repeating: 8), to path: String
  ) throws {
    for (label, name) in labels.enumerated() {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)", withIntermediateDirectories: true)
      for number in first..<first + count {
        try VolumeFile.write(
          volume(label: label, number: number, extent: extent),
          to: "\(path)/\(name)/\(number).nii" + (number.isMultiple(of: 2) ? ".gz" : ""),
          type: number.isMultiple(of: 3) ? .uint8 : .float32)
      }
    }
  }
}

/// From folders of volumes to models and to answers.
@Suite struct VolumeTrainingTests {
  private static func slabs(_ folder: TemporaryFolder, count: Int = 20) throws -> DataSet {
    try SlabVolumes.write(count: count, to: folder.path + "/slabs")
    return try DataSet.read(folder.path + "/slabs", for: .training)
  }

  private static func training(
    _ change: (inout ModelTraining) -> Void = { _ in }
  ) -> ModelTraining {
    var training = ModelTraining()
    training.options.epochs = 3
    training.options.batchSize = 8
    change(&training)
    return training
  }

  @Test func slabsAreLearned() throws {
    let folder = try TemporaryFolder()
    let data = try Self.slabs(folder, count: 40)
    let training = Self.training { $0.options.epochs = 15 }
    let result = try training.train(on: data, kind: .volume)
    #expect(result.skipped == 0 && result.examples == 80)
    #expect(result.accuracy == 1, "\(result.model.record.history)")
    #expect(result.model.labels == SlabVolumes.labels)
    #expect(result.model.record.augmentation == .volume(.usual))
    guard case .volume(let frontEnd) = result.model.frontEnd else {
      Issue.record("\(result.model.frontEnd)")
      return
    }
    #expect(frontEnd.extent == SIMD3(8, 8, 8) && frontEnd.fit == .stretched)
    #expect(frontEnd.spacing == SIMD3(1, 1, 1.5) && frontEnd.normalization == .percentiles)

    // The file gives the answers of what was trained, and they are right for volumes that are new.
    let path = folder.path + "/slabs.convkit"
    try result.model.write(to: path)
    let read = try Model.read(path: path)
    #expect(read == result.model && read.frontEnd.kind == .volume)
    try SlabVolumes.write(count: 12, from: 100, to: folder.path + "/fresh")
    let fresh = try DataSet.read(folder.path + "/fresh", for: .evaluation)
    let (first, second) = (try Classifier(result.model), try Classifier(read, threads: 1))
    #expect(try second.evaluate(fresh).evaluation.accuracy == 1)
    for example in fresh.training.prefix(6) {
      #expect(try first.classify(example.item) == second.classify(example.item))
    }
  }

  @Test func theModelDependsOnTheSeedAlone() throws {
    let folder = try TemporaryFolder()
    let data = try Self.slabs(folder)
    func model(threads: Int, seed: UInt64 = 1) throws -> Model {
      try Self.training {
        $0.threads = threads
        $0.options.seed = seed
        $0.augmentation = try? ModelAugmentation("shift,scale,turn,mirror-y,noise", kind: .volume)
      }.train(on: data, kind: .volume).model
    }
    #expect(try model(threads: 1) == model(threads: 2))
    #expect(try model(threads: 1) != model(threads: 1, seed: 2))
  }

  /// What a file is, and not how it is written, decides the answer.
  @Test func theSameVolumeInOtherFilesIsTheSame() throws {
    let folder = try TemporaryFolder()
    let model = try Self.training().train(on: Self.slabs(folder), kind: .volume).model
    let classifier = try Classifier(model)
    let volume = SlabVolumes.volume(label: 0, number: 300)
    var answers: [[Classifier.Score]] = []
    for name in ["a.nii", "a.nii.gz"] {
      for type in [NumberType.uint8, .int16, .float32] {
        try VolumeFile.write(volume, to: folder.path + "/" + name, type: type)
        answers.append(try classifier.classify(.file(folder.path + "/" + name)))
      }
    }
    let bytes = volume.values.map { UInt8($0) }
    answers.append(
      try classifier.classify(.array(NumberArray(shape: [8, 8, 8], bytes: bytes[...]))))
    #expect(answers.allSatisfy { $0 == answers[0] })
  }

  @Test func brokenVolumesAreNamedAndLeftOut() throws {
    let folder = try TemporaryFolder()
    _ = try Self.slabs(folder)
    let whole = try BoundedFile.read(path: folder.path + "/slabs/first/1.nii", limit: 1 << 20)
    let path = folder.path + "/slabs/first/0000.nii"
    try AtomicFile.write(Array(whole.dropLast(7)), to: path)
    let data = try DataSet.read(folder.path + "/slabs", for: .training)
    var leftOut: [LeftOut] = []
    let result = try Self.training().train(on: data, kind: .volume) {
      if case .leftOut(let item) = $0 { leftOut.append(item) }
    }
    #expect(result.skipped == 1 && result.examples == 40)
    #expect(leftOut.map(\.name) == ["first/0000.nii"], "\(leftOut)")
    let found = try ModelFrontEnd.unusable(in: data, kind: .volume)
    #expect(found.map(\.name) == ["first/0000.nii"])
    #expect(throws: UnusableItem.self) {
      try Self.training { $0.strict = true }.train(on: data, kind: .volume)
    }
  }

  /// Grids of two extents whose lengths are known become cubes.
  @Test func otherGridsAreBroughtTogether() throws {
    let folder = try TemporaryFolder()
    try SlabVolumes.write(count: 12, to: folder.path + "/slabs")
    try SlabVolumes.write(
      count: 12, from: 50, extent: SIMD3(10, 8, 12), to: folder.path + "/slabs")
    let data = try DataSet.read(folder.path + "/slabs", for: .training)
    let result = try Self.training().train(on: data, kind: .volume)
    guard case .volume(let frontEnd) = result.model.frontEnd else { return }
    #expect(frontEnd.fit == .millimetres)
    #expect(frontEnd.spacing.x == frontEnd.spacing.z && frontEnd.extent.z > frontEnd.extent.y)
  }

  @Test func stagesShowTheMiddlePlanes() throws {
    let folder = try TemporaryFolder()
    let model = try Self.training().train(on: Self.slabs(folder), kind: .volume).model
    let stages = try Classifier(model, keepsEveryMap: true).stages(
      of: .file(folder.path + "/slabs/third/1.nii"))
    #expect(stages.first?.name == "input" && stages.first?.shape == [8, 8, 8, 1])
    guard case .picture(let picture) = stages.first?.content else {
      Issue.record("no picture")
      return
    }
    // Three planes side by side, each at least as wide as a voxel's whole pixels.
    #expect(picture.width > 3 * picture.height / 2)
    let maps = stages.first { $0.name == "conv1" }
    guard case .map(let values, _) = maps?.content else { return }
    let plane = MapPlanes(values, .acrossAndUp).picture(channel: 0, limit: 1)
    #expect(plane.width > 2 * plane.height)
  }
}
