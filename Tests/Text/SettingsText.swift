import Foundation

@testable import ConvKitText

/// Settings as the JSON that a model keeps.
enum SettingsText {
  static func encoded(_ settings: TokenSettings) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(settings), as: UTF8.self)
  }

  static func decoded(_ text: String) throws -> TokenSettings {
    try JSONDecoder().decode(TokenSettings.self, from: Data(text.utf8))
  }
}
