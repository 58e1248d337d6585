import ConvKitCore

extension CompiledNetwork {
  /// - Throws: `InputError` when the network cannot take `input`: another kind, another number of
  ///   channels, another extent where one is fixed, or a token beyond the vocabulary.
  func check(_ input: Input) throws {
    func fail(_ received: String) -> InputError {
      InputError(received: received, needed: "\(inputShape)")
    }
    let fits =
      inputShape.varies
      ? input.extent.count == inputShape.extent.count : input.extent == inputShape.extent
    switch (input.content, inputShape.content) {
    case (.values(let tensor), .values(let channels)):
      let received = tensor.shape.last ?? 0
      guard fits, received == channels else {
        throw fail((input.extent + [received]).asExtent)
      }
    case (.tokens(let tensor), .tokens(let vocabulary)):
      guard fits else { throw fail("\(input.extent.asExtent) tokens") }
      if let stray = tensor.elements.first(where: { $0 < 0 || Int($0) >= vocabulary }) {
        throw fail("the token \(stray)")
      }
    case (.values, .tokens): throw fail("values")
    case (.tokens, .values): throw fail("tokens")
    }
  }
}

extension ExtentPlan {
  /// Copies the valid part of an input to where the network reads it.
  func bind(_ input: Input, to place: ValuePlace, example: Int) {
    // Most inputs have no padding, and then the way is known.
    switch input.content {
    case .values(let tensor) where tensor.elements.count == layouts[0].value.valueCount:
      tensor.elements.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        inputCopy(from: start, to: place.value + example * place.valueStep)
      }
      return
    case .tokens(let tensor) where tensor.elements.count == layouts[0].indexCount:
      tensor.elements.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        (place.index + example * place.indexStep).update(from: start, count: values.count)
      }
      return
    default: break
    }
    let padded = input.paddedExtent
    let beyond = zip(padded, input.extent).map { $0 - $1 }
    switch input.content {
    case .values(let tensor):
      let target = layouts[0].value
      let source = MapLayout(extent: input.extent, channels: target.channels, high: beyond)
      let merged = min(source.mergeableAxes, target.mergeableAxes)
      let length = input.extent.suffix(merged).reduce(target.channels, *)
      let map = place.value + example * place.valueStep
      tensor.elements.withUnsafeBufferPointer { values in
        guard let start = values.baseAddress else { return }
        for (from, to) in zip(
          source.rowOffsets(merging: merged), target.rowOffsets(merging: merged))
        {
          (map + to).update(from: start + from, count: length)
        }
      }
    case .tokens(let tensor):
      let source = MapLayout(extent: input.extent, channels: 1, high: beyond)
      let tokens = place.index + example * place.indexStep
      tensor.elements.withUnsafeBufferPointer { values in
        for (index, from) in source.rowOffsets(merging: 0).enumerated() {
          tokens[index] = values[from]
        }
      }
    }
  }
}
