import Testing

@testable import ConvKitCommand

@Suite("Parts of the command")
struct PartTests {
  @Test func percent() {
    #expect(Formatting.percent(0) == "0.00 %")
    #expect(Formatting.percent(0.98766) == "98.77 %")
    #expect(Formatting.percent(0.999_999) == ">99.99 %")
    #expect(Formatting.percent(1) == "100.00 %")
  }

  @Test func loss() {
    #expect(Formatting.loss(0) == "0.0000")
    #expect(Formatting.loss(0.6931) == "0.6931")
    #expect(Formatting.loss(0.000_023_4) == "2.3e-05")
    #expect(Formatting.loss(0.000_999) == "1.0e-03")
    #expect(Formatting.loss(12.5) == "12.5000")
  }

  @Test func durationAndGroups() {
    #expect(Formatting.duration(seconds: 0.2) == "0:01")
    #expect(Formatting.duration(seconds: 65) == "1:05")
    #expect(Formatting.duration(seconds: 7390) == "2:03:10")
    #expect(Formatting.duration(seconds: .infinity) == "-:--")
    #expect(Formatting.grouped(1_234_567) == "1,234,567")
    #expect(Formatting.grouped(1_002) == "1,002")
    #expect(Formatting.grouped(-12) == "-12")
  }

  @Test func progressLine() {
    #expect(
      ProgressBar.line(
        done: 1, of: 4, prefix: "epoch 1/2", suffix: "loss 1", seconds: 10, width: 79)
        == "epoch 1/2 [######..................] loss 1, 0:30 left")
    #expect(
      ProgressBar.line(done: 0, of: 0, prefix: "", suffix: "files", seconds: 0, width: 79)
        == "[########################] files, 0:00 left")
    // What it says of an epoch fits a terminal of 80 columns; the bar gives way.
    let line = ProgressBar.line(
      done: 1, of: 2, prefix: "epoch 10/30",
      suffix: "loss 0.4288, accuracy 95.53 %, 10,588 examples/s", seconds: 30, width: 79)
    #expect(line.count <= 79)
    #expect(line.hasSuffix(", 0:30 left"))
  }

  @Test func modelIsNamedAfterItsData() {
    #expect(TrainCommand.defaultName(for: "xo") == "xo.convkit")
    #expect(TrainCommand.defaultName(for: "some/clips/") == "clips.convkit")
    #expect(TrainCommand.defaultName(for: "some/messages.csv") == "messages.convkit")
    #expect(TrainCommand.defaultName(for: ".hidden") == ".hidden.convkit")
    #expect(TrainCommand.defaultName(for: "/") == "model.convkit")
    #expect(TrainCommand.defaultName(for: "/usr/bin/..") == "usr.convkit")
  }

  @Test func inputShapes() {
    #expect(InputArgument(argument: "28x28x1")?.shape.extent == [28, 28])
    #expect(InputArgument(argument: "8000×2")?.shape.content == .values(channels: 2))
    for wrong in ["", "x", "28", "28x", "0x1", "-1x1", "28x28x1.5", "9999999999x1"] {
      #expect(InputArgument(argument: wrong) == nil, "\(wrong)")
    }
  }
}
