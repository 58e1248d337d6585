import ConvKitCore

/// Something found below a folder that is not used, and why.
public struct LeftOut: Sendable, Equatable, Encodable {
  /// The path below the folder, fit for printing: bytes that are not UTF-8 and control characters
  /// are escaped.
  public let name: String

  /// Completes "left out: …".
  public let reason: String

  public init(name: String, reason: String) {
    self.name = name
    self.reason = reason
  }
}

/// What one folder holds, sorted bytewise whatever order the file system returns.
package struct FolderListing {
  /// Regular files that are not empty.
  package private(set) var files: [String] = []
  package private(set) var folders: [String] = []
  /// Hidden names, links, named pipes, devices, sockets, empty files and names that are not UTF-8.
  package private(set) var leftOut: [LeftOut] = []

  /// Lists a folder without going into those in it.
  ///
  /// - Parameters:
  ///   - path: the folder; it may be a link.
  ///   - place: what goes before its names in reports, empty for the folder that the user named.
  /// - Throws: `FileError`.
  package init(of path: String, at place: String = "") throws {
    try self.init(of: path, at: place, throughLink: true)
  }

  private init(of path: String, at place: String, throughLink: Bool) throws {
    do throws(SystemFailure) {
      let folder = try OpenFile(path, for: throughLink ? .listing : .listingWithoutLink)
      for (bytes, status) in try folder.entries() {
        let name = FileName.printable(bytes: bytes)
        if let reason = Self.reason(against: bytes, status) {
          leftOut.append(LeftOut(name: FileName.join(place, name), reason: reason))
        } else if let name = String(validating: bytes, as: UTF8.self) {
          if status.kind == .folder { folders.append(name) } else { files.append(name) }
        }
      }
    } catch {
      throw FileError(listing: path, error)
    }
    files.sort(by: FileName.precedes)
    folders.sort(by: FileName.precedes)
    leftOut.sort { FileName.precedes($0.name, $1.name) }
  }

  private static func reason(against name: [UInt8], _ status: FileStatus) -> String? {
    if name.first == UInt8(ascii: ".") { return "hidden" }
    if String(validating: name, as: UTF8.self) == nil { return "its name is not UTF-8" }
    switch status.kind {
    case .folder: return nil
    case .regular: return status.size == 0 ? "empty" : nil
    case .link: return "a link, and links inside a data set are not followed"
    case .namedPipe, .socket, .device: return status.kind.description
    }
  }

  /// Every file below a folder at any depth.
  ///
  /// - Parameters:
  ///   - root: the folder that the user named.
  ///   - place: the path of the folder below `root`.
  /// - Returns: the files by their paths below `root`, sorted bytewise, and what was left out: also
  ///   folders below which there is no file, and those that cannot be listed.
  package static func filesBelow(
    _ place: String, of root: String
  ) -> (files: [String], leftOut: [LeftOut]) {
    var found: [String] = []
    var leftOut: [LeftOut] = []
    // A stack rather than recursion: depth is bounded by the system's longest path alone.
    var open = [place]
    while let place = open.popLast() {
      do {
        let listing = try FolderListing(
          of: FileName.join(root, place), at: place, throughLink: false)
        found += listing.files.map { FileName.join(place, $0) }
        open += listing.folders.map { FileName.join(place, $0) }
        leftOut += listing.leftOut
        if listing.files.isEmpty && listing.folders.isEmpty {
          leftOut.append(
            LeftOut(name: FileName.printable(place), reason: "a folder without a file to use"))
        }
      } catch {
        leftOut.append(LeftOut(name: FileName.printable(place), reason: "\(error)"))
      }
    }
    found.sort(by: FileName.precedes)
    leftOut.sort { FileName.precedes($0.name, $1.name) }
    return (found, leftOut)
  }
}

extension FileError {
  fileprivate init(listing path: String, _ failure: SystemFailure) {
    // ENOTDIR says that the path, or a part of it, is something else than a folder.
    self =
      if let status = try? System.status(path, followingLinks: true), status.kind != .folder {
        .notAFolder(path: path, found: status.kind.description)
      } else {
        FileError(reading: path, failure)
      }
  }
}
