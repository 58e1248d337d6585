import Foundation
import Testing

/// From clips to answers and pictures, through the built program.
@Suite("Sound")
struct SoundTests {
  /// 24 clips in `clips`, and `clips.convkit` that is made of them.
  static let trained = Result {
    let folder = try TemporaryFolder.clips(24)
    let outcome = try folder.train(
      "clips", "--epochs", "30", "--bands", "16", "--window", "0.25", "--augment", "none",
      "--batch", "4",
      "--json")
    return (folder: folder, outcome: outcome)
  }

  let folder: TemporaryFolder
  let training: Program.Outcome

  init() throws { (folder, training) = try Self.trained.get() }

  @Test func clipsByFoldersAreLearned() throws {
    #expect(training.status == 0, "\(training.errors)")
    let report = try training.object()
    #expect(report["examples"] as? Int == 24 && report["skipped"] as? Int == 0)
    let evaluated = try folder.run("evaluate", "clips.convkit", "clips", "--json")
    #expect(try evaluated.object()["accuracy"] as? Double == 1)
    let summary = try folder.run("summary", "clips.convkit")
    #expect(summary.status == 0)
    for words in ["0.25 s as a spectrogram", "8000 Hz", "256 samples, 32.0 ms", "16 from 20 to"] {
      #expect(summary.output.contains(words), "\(summary.output)")
    }
  }

  @Test(arguments: ["waveform", "frames", "spectrogram"])
  func clipsByTheirNamesAreLearned(form: String) throws {
    let own = try TemporaryFolder.clips(24)
    try own.makeFolder(own.path("flat"))
    for label in ["low", "high"] {
      for (index, name) in try own.names(in: "clips/\(label)").enumerated() {
        try own.copy(
          "clips/\(label)/\(name)", to: "flat/\(label)_\(["ann", "theo"][index % 2])_\(index).wav")
      }
    }
    let options = ["--label-from", "{label}_{who}_{index}.wav", "--test", "who=theo"]
    let outcome = try Program.run(
      ["train"]
        + TemporaryFolder.fast(
          ["flat", "--front-end", form, "--json", "--out", "m"] + options), in: own.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try outcome.object()["examples"] as? Int == 12)
    let evaluated = try Program.run(["evaluate", "m", "flat", "--json"] + options, in: own.path)
    #expect(try evaluated.object()["examples"] as? Int == 12)
    #expect(try own.run("summary", "m").output.contains("as a \(form)"))
  }

  @Test func answersAreLines() throws {
    let outcome = try folder.run(
      "classify", "clips.convkit", "clips/low/00.wav", "clips/high/01.wav")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let answers = outcome.lines.map { $0.split(separator: "\t").prefix(2).map(String.init) }
    #expect(answers == [["clips/low/00.wav", "low"], ["clips/high/01.wav", "high"]])
  }

  @Test func aLongRecordingIsLabelledAlongItsLength() throws {
    // Half a second of each: 7 windows of a quarter, the fourth of both.
    let samples =
      TemporaryFolder.tone(310, seconds: 0.5) + TemporaryFolder.tone(1520, seconds: 0.5)
    let own = try TemporaryFolder()
    try own.write(TemporaryFolder.wave(samples), to: "long.wav")
    let long = own.path("long.wav")
    let outcome = try folder.run("classify", "clips.convkit", long, "--windows")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.lines.map { $0.split(separator: "\t").map(String.init) }
    try #require(lines.count == 8)
    #expect(lines.allSatisfy { $0[0] == long })
    #expect(
      lines.prefix(7).map { $0[1] } == [
        "0.00-0.25", "0.13-0.38", "0.25-0.50", "0.38-0.63", "0.50-0.75", "0.63-0.88", "0.75-1.00",
      ])
    #expect(lines.prefix(3).allSatisfy { $0[2] == "low" })
    #expect(lines[4..<7].allSatisfy { $0[2] == "high" })
    // The whole's line is that without the windows.
    #expect(lines[7].count == 3)
    #expect(
      try folder.run("classify", "clips.convkit", long).lines == outcome.lines.suffix(1))

    let json = try folder.run("classify", "clips.convkit", long, "--windows", "--json")
    let objects = try json.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    try #require(objects.count == 8)
    for (number, object) in objects.prefix(7).enumerated() {
      #expect(object.keys.sorted() == ["end", "input", "label", "scores", "start"])
      #expect(object["start"] as? Double == Double(number) / 8)
      #expect(object["end"] as? Double == Double(number) / 8 + 0.25)
    }
    #expect(objects[7].keys.sorted() == ["input", "label", "scores"])
  }

  @Test func anotherRateIsMentioned() throws {
    let own = try TemporaryFolder()
    let tone = TemporaryFolder.tone(300, rate: 16_000, seconds: 0.3)
    try own.write(TemporaryFolder.wave(tone, rate: 16_000), to: "fast.wav")
    for more in [[], ["--windows"]] {
      let outcome = try Program.run(
        ["classify", folder.path("clips.convkit"), "fast.wav"] + more, in: own.path)
      #expect(outcome.status == 0)
      #expect(
        outcome.errors
          == "“fast.wav” has 16000 samples a second and was converted to the model's 8000.\n")
      #expect(outcome.lines.last?.split(separator: "\t").dropFirst().first == "low")
    }
  }

  @Test func brokenClipsAreNamed() throws {
    let own = try TemporaryFolder.clips(12)
    try own.write(try own.bytes(of: "clips/low/00.wav").dropLast(100), to: "clips/low/cut.wav")
    try own.write("meow".utf8, to: "clips/high/text.wav")
    let scan = try own.run("scan", "clips")
    #expect(scan.status == 0 && scan.output.contains("high/text.wav"), "\(scan.output)")
    #expect(scan.output.contains("low/cut.wav: it is a broken WAV file"), "\(scan.output)")
    let outcome = try own.train("clips", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.leftOut.map(\.name).sorted() == ["high/text.wav", "low/cut.wav"])
    #expect(try outcome.object()["examples"] as? Int == 12)
    #expect(try outcome.object()["skipped"] as? Int == 2)
    #expect(try own.train("clips", "--strict").status == 65)
    let answered = try own.run(
      "classify", "clips.convkit", "clips/low/cut.wav", "clips/low/01.wav", "--windows")
    #expect(answered.status == 65 && answered.lines.last?.hasPrefix("clips/low/01.wav\t") == true)
    #expect(answered.errors.contains("cut.wav is a broken WAV file"))
  }

  @Test func stagesOfAClipAreDrawn() throws {
    let own = try TemporaryFolder()
    let outcome = try folder.run(
      "classify", "clips.convkit", "clips/low/00.wav", "--stages", own.path("stages"))
    #expect(outcome.status == 0)
    let names = try own.names(in: "stages")
    #expect(names.first == "01-input.png" && names.contains("02-conv1.png"))
  }

  /// The width and the height that a PNG file says.
  private func size(_ png: Data) throws -> [Int] {
    try #require(png.count > 24 && png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    return [16, 20].map { start in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test func spectrogramsAreDrawn() throws {
    let own = try TemporaryFolder()
    var pictures: [Data] = []
    for more in [[], ["--bands", "32"], ["--range", "40"], ["--frame", "64", "--hop", "10"]] {
      let outcome = try Program.run(
        ["spectrogram", "clips/low/00.wav", "--out", own.path("tone.png")] + more, in: folder.path)
      #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
      pictures.append(try own.bytes(of: "tone.png"))
      let size = try size(pictures[pictures.count - 1])
      #expect(size[0] > 200 && size[1] > 100)
    }
    #expect(Set(pictures).count == 4)
    #expect(try own.names() == ["tone.png"])
  }

  @Test(arguments: [
    ("", 64, "<CLIP>"), ("tone.wav", 64, "--out"), ("missing.wav --out a.png", 66, "missing.wav"),
    (". --out a.png", 65, "folder"), ("text.wav --out a.png", 65, "text.wav"),
    ("tone.wav --out no/such/a.png", 73, "no/such/a.png"),
    ("tone.wav --out a.png --frame 0", 64, "--frame"),
    ("tone.wav --out a.png --frame nan", 64, "--frame"),
    ("tone.wav --out a.png --frame 1e300", 64, "--frame"),
    ("tone.wav --out a.png --hop=-5", 64, "--hop"),
    ("tone.wav --out a.png --hop 0.01", 64, "--hop"),
    ("tone.wav --out a.png --bands 0", 64, "1 to 4096"),
    ("tone.wav --out a.png --bands 4097", 64, "1 to 4096"),
    ("tone.wav --out a.png --range 0", 64, "above 0"),
    ("tone.wav --out a.png --range nan", 64, "above 0"),
  ])
  func whatCannotBeDrawnIsRefused(arguments: String, status: Int32, says: String) throws {
    let own = try TemporaryFolder()
    try own.write(TemporaryFolder.wave(TemporaryFolder.tone(300, seconds: 0.1)), to: "tone.wav")
    try own.write("meow".utf8, to: "text.wav")
    let outcome = try Program.run(
      ["spectrogram"] + arguments.split(separator: " ").map(String.init), in: own.path)
    #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("Error: ") && outcome.errors.contains(says))
    #expect(try own.names() == ["text.wav", "tone.wav"])
  }

  @Test(arguments: [
    ("--rate 99", "100 to 768000"), ("--window 0", "--window"), ("--window nan", "--window"),
    ("--frame=-1", "--frame"), ("--hop inf", "--hop"), ("--bands 0", "1 to 4096"),
    ("--lowest=-1", "--lowest"), ("--highest 20", "above --lowest"), ("--trim 0", "at most 200"),
    ("--front-end smell", "spectrogram"), ("--mel bark", "slaney"), ("--loudness loud", "kept"),
    ("--normalization all", "band"), ("--augment turn=15", "time-mask"),
    ("--augment speed=9", "at most 4"),
  ])
  func settingsThatCannotBeAreWrongCalls(arguments: String, says: String) throws {
    let outcome = try Program.run(
      ["train", "clips", "--out", "other.convkit"]
        + arguments.split(separator: " ").map(String.init),
      in: folder.path)
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.contains(says), "\(outcome.errors)")
    #expect(try !folder.names().contains("other.convkit"))
  }
}
