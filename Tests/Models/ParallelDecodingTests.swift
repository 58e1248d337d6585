import ConvKitCore
import ConvKitFiles
import ConvKitTraining
import Foundation
import Testing

@testable import ConvKitModels

/// What several threads decode is what one does, told in the same order.
@Suite struct ParallelDecodingTests {
  struct Stop: Error {}

  private func data(_ folder: TemporaryFolder) throws -> DataSet {
    try DataSet.read(folder.letters(count: 60, size: 12), for: .training)
  }

  @Test(arguments: 1...3) func itemsAreTheSame(threads: Int) throws {
    let folder = try TemporaryFolder()
    let data = try data(folder)
    let items = data.training.map(\.item)
    let frontEnd = try ModelFrontEnd.fitted(to: items, kind: .image, threads: threads)
    #expect(try frontEnd == .fitted(to: items, kind: .image, threads: 1))
    var reports: [Int] = []
    // Some are kept, the others are read again.
    let decoded = try DecodedItems(data.training, frontEnd, budget: 2000, threads: threads) {
      reports.append($0)
    }
    #expect(reports == Array(data.training.indices))
    #expect(decoded.unusable.map(\.name) == ["X/broken.png"])
    let source = decoded.source(data.training)
    #expect(source.count == data.training.count - 1 && source.takesWork(epoch: 0))
    for (index, example) in decoded.usable.enumerated() {
      #expect(try source.inputs(of: index, epoch: 0) == frontEnd.inputs(of: example.item))
    }
    #expect(try !DecodedItems(data.training, frontEnd).source(data.training).takesWork(epoch: 1))
  }

  @Test(arguments: 1...3) func theFirstBadItemIsFatalAndAStopStops(threads: Int) throws {
    let folder = try TemporaryFolder()
    let data = try data(folder)
    let frontEnd = try ModelFrontEnd.fitted(to: data.training.map(\.item), kind: .image)
    let bad = try #require(data.training.firstIndex { $0.name == "X/broken.png" })
    let twice = data.training + [data.training[bad]]
    var reports: [Int] = []
    let error = #expect(throws: UnusableItem.self) {
      try DecodedItems(twice, frontEnd, isStrict: true, threads: threads) { reports.append($0) }
    }
    #expect(error?.name == "X/broken.png" && reports == Array(0...bad))
    #expect(throws: Stop.self) {
      try DecodedItems(data.training, frontEnd, threads: threads) { if $0 == 7 { throw Stop() } }
    }
  }

  @Test(arguments: [1, 2, 3]) func manyAreAnsweredAsOneIs(threads: Int) throws {
    let folder = try TemporaryFolder()
    let data = try data(folder)
    var training = ModelTraining()
    training.options.epochs = 1
    training.threads = 1
    let model = try training.train(on: data, kind: .image).model
    let items = data.training.map(\.item) + [.text("no picture")]
    for keepsEveryMap in [false, true] {
      let one = try Classifier(model, threads: 1)
      let many = try Classifier(model, threads: threads, keepsEveryMap: keepsEveryMap)
      var places: [Int] = []
      var failures = 0
      try many.classify(items) { place, found in
        places.append(place)
        let expected = Result { try one.classify(items[place]) }
        switch (found, expected) {
        case (.success(let found), .success(let expected)): #expect(found == expected)
        case (.failure(let found), .failure(let expected)):
          failures += 1
          #expect("\(found)" == "\(expected)")
        default: Issue.record("item \(place): \(found), alone \(expected)")
        }
      }
      #expect(places == Array(items.indices))
      #expect(failures == 2)
    }
    #expect(throws: Stop.self) {
      try Classifier(model, threads: threads).classify(items) { _, _ in throw Stop() }
    }
  }
}
