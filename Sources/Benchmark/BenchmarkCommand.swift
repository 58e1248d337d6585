import ArgumentParser

/// The root of `convkit-bench`.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convkit-bench",
    abstract: "Holds ConvKit against other libraries, broken files and interruptions.",
    subcommands: [
      Speed.self, Layers.self, Parity.self, Mutants.self, Decode.self, Interruptions.self,
      TrainGenerated.self, Save.self, Memory.self, Simulations.self,
    ] + soundCommands,
    defaultSubcommand: Speed.self)

  private static var soundCommands: [any ParsableCommand.Type] {
    #if Sound
      [SoundSpeed.self]
    #else
      []
    #endif
  }
}
