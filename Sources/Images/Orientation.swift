import ConvKitDrawing

/// How a stored picture must be turned to stand upright: what EXIF calls orientation, 1 to 8.
struct Orientation: Equatable {
  /// First, rows become columns.
  var swapsAxes: Bool
  /// Then the order of the rows is reversed.
  var reversesRows: Bool
  /// And that of the columns.
  var reversesColumns: Bool

  static let upright = Orientation(
    swapsAxes: false, reversesRows: false, reversesColumns: false)

  /// By EXIF's number.
  init?(number: Int) {
    switch number {
    case 1: self.init(swapsAxes: false, reversesRows: false, reversesColumns: false)
    case 2: self.init(swapsAxes: false, reversesRows: false, reversesColumns: true)
    case 3: self.init(swapsAxes: false, reversesRows: true, reversesColumns: true)
    case 4: self.init(swapsAxes: false, reversesRows: true, reversesColumns: false)
    case 5: self.init(swapsAxes: true, reversesRows: false, reversesColumns: false)
    case 6: self.init(swapsAxes: true, reversesRows: false, reversesColumns: true)
    case 7: self.init(swapsAxes: true, reversesRows: true, reversesColumns: true)
    case 8: self.init(swapsAxes: true, reversesRows: true, reversesColumns: false)
    default: return nil
    }
  }

  private init(swapsAxes: Bool, reversesRows: Bool, reversesColumns: Bool) {
    self.swapsAxes = swapsAxes
    self.reversesRows = reversesRows
    self.reversesColumns = reversesColumns
  }

  /// By the first directory of an EXIF block, which has the layout of a TIFF file; nil when it is not
  /// sound or does not say. Nothing outside of the block is looked at.
  init?(exif block: ArraySlice<UInt8>) {
    let bytes = Array(block)
    guard bytes.count >= 8 else { return nil }
    let isBigEndian: Bool
    switch (bytes[0], bytes[1]) {
    case (0x4D, 0x4D): isBigEndian = true
    case (0x49, 0x49): isBigEndian = false
    default: return nil
    }
    func number(at place: Int, bytes count: Int) -> Int? {
      guard place >= 0, place <= bytes.count - count else { return nil }
      let part = bytes[place..<place + count]
      return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, bytes: 2) == 42, let directory = number(at: 4, bytes: 4),
      let entries = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(at: start, bytes: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // One value of type 3, a number of two bytes, which stands in the entry itself.
      guard number(at: start + 2, bytes: 2) == 3, number(at: start + 4, bytes: 4) == 1,
        let value = number(at: start + 8, bytes: 2)
      else { return nil }
      self.init(number: value)
      return
    }
    return nil
  }

  /// The size of the picture once it stands upright.
  func size(height: Int, width: Int) -> (height: Int, width: Int) {
    swapsAxes ? (width, height) : (height, width)
  }

  /// The picture, upright.
  func applied(to picture: Picture) -> Picture {
    guard self != .upright else { return picture }
    let (height, width) = size(height: picture.height, width: picture.width)
    let (rowStep, columnStep) = swapsAxes ? (1, picture.width) : (picture.width, 1)
    var pixels: [SIMD4<UInt8>] = []
    pixels.reserveCapacity(picture.pixels.count)
    for row in 0..<height {
      let start = (reversesRows ? height - 1 - row : row) * rowStep
      for column in 0..<width {
        pixels.append(
          picture.pixels[start + (reversesColumns ? width - 1 - column : column) * columnStep])
      }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }
}
