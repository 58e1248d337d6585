/// The formats that sound is read from.
public enum SoundFormat: String, Sendable, CaseIterable {
  case wave = "WAV"
  case aiff = "AIFF"
  case sunAudio = "AU"
  case flac = "FLAC"
  case vorbis = "Ogg Vorbis"
  case opus = "Opus"
  case mp3 = "MP3"
}
