import ConvKit

extension TrainingMemory {
  /// The plan as people read it: the stretches, then every buffer, then what it adds up to.
  var text: String {
    words + "\n" + stretchTable + "\n" + bufferTable + "\n" + totalTable
  }

  private var words: String {
    "A step on \(Formatting.count(batchSize, "example")) with"
      + " \(Formatting.count(workers, "worker")), each of which takes"
      + " \(Formatting.count(microBatch, "example")) at a time. Maps that outlast a stretch are"
      + " kept for \(Formatting.count(chunk, "example")).\n"
  }

  private var stretchTable: String {
    var table = TextTable([("stretch", .right), ("layers", .left)])
    for (number, layers) in stretches.enumerated() {
      table.add(["\(number + 1)", layers.joined(separator: " ")])
    }
    return table.text
  }

  /// Buffers that are not needed at the same time may lie in one place.
  private var bufferTable: String {
    var table = TextTable([
      ("buffer", .left), ("holds", .left), ("kept", .left), ("offset", .right), ("bytes", .right),
    ])
    for (buffers, kept) in [
      (workerBuffers, "by each worker"), (chunkBuffers, "for the step"),
    ] {
      for buffer in buffers {
        table.add([
          buffer.layer, buffer.content.rawValue, kept, Formatting.grouped(buffer.offset),
          Formatting.grouped(buffer.bytes),
        ])
      }
    }
    return table.text
  }

  private var totalTable: String {
    var table = TextTable([("memory", .left), ("bytes", .right)])
    for worker in 1...workers {
      table.add(["buffers of worker \(worker)", Formatting.grouped(workerBytes)])
    }
    table.add(["buffers of the step", Formatting.grouped(chunkBytes)])
    for part in parts { table.add([part.name, Formatting.grouped(part.bytes)]) }
    table.addRule()
    table.add(["total", Formatting.grouped(total)])
    return table.text
  }
}
