import ConvKitCore
import ConvKitNetworks
import ConvKitText

extension ModelFrontEnd {
  /// What cuts texts into tokens; nil of other kinds of data.
  var tokenizer: Tokenizer? {
    if case .text(let frontEnd) = self { frontEnd.tokenizer } else { nil }
  }

  /// The same with the shortest inputs that a network takes: its widest feature, and its poolings, must
  /// find as many positions as they need. With padding that may be one.
  ///
  /// Other front ends are as they are, and so is one whose network takes no inputs at all: compiling
  /// says why.
  func reaching(_ network: Network, labels: Int) -> ModelFrontEnd {
    guard case .text(let frontEnd) = self else { return self }
    func fits(_ positions: Int) -> Bool {
      var shape = frontEnd.inputShape
      shape.extent = [positions]
      return (try? CompiledNetwork(network, input: shape, labels: labels)) != nil
    }
    guard fits(frontEnd.longest) else { return self }
    // Whatever fits into a text fits into a longer one.
    var (below, least) = (0, frontEnd.longest)
    while least - below > 1 {
      let middle = (below + least) / 2
      if fits(middle) { least = middle } else { below = middle }
    }
    return .text(frontEnd.with(shortest: least))
  }
}
