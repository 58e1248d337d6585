import ConvKitCore

/// One thing to be labelled, before a front end has looked at it.
public enum Item: Sendable, Equatable {
  /// A file, by its path.
  case file(String)
  /// A piece of text.
  case text(String)
  /// One of the arrays that a file of many holds, such as a picture of an IDX file.
  case array(NumberArray)
  /// One row of a table: its cells in the order of the columns that are learned from.
  case row([TableCell])
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

  /// Hands over the same inputs one by one: of an item that may be longer than memory is large, as many
  /// as are being looked at are held.
  ///
  /// - Throws: as `inputs(of:)`, maybe after some of them; what `take` throws.
  func forEachInput(of item: Item, _ take: (PlacedInput) throws -> Void) throws
}

extension FrontEnd {
  public func forEachInput(of item: Item, _ take: (PlacedInput) throws -> Void) throws {
    try inputs(of: item).forEach(take)
  }
}
