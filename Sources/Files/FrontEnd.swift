import ConvKitCore

/// One thing to be labelled, before a front end has looked at it.
public enum Item: Sendable, Equatable {
  /// A file, by its path.
  case file(String)
  /// A piece of text.
  case text(String)
}

/// The way from an item to a network's input, with every setting that it depends on.
///
/// A front end is fitted once, to the training items, and stored in the model; training, evaluation
/// and classification all call the same `inputs(of:)`.
public protocol FrontEnd: Codable, Equatable, Sendable {
  /// The shape of every input that `inputs(of:)` returns.
  var inputShape: InputShape { get }

  /// The inputs that an item gives: at least one.
  ///
  /// - Throws: a `ReportableError` that says what is wrong with the item.
  func inputs(of item: Item) throws -> [PlacedInput]
}
