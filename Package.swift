// swift-tools-version: 6.1
import PackageDescription

// Folder X holds module ConvKitX, so that no module clashes with one of a user's own.
// Arrows point one way: Kernels → Core → Networks → Training → Models → Letters, ConvKit → Command.

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: "ConvKit\(name)", dependencies: dependencies, path: "Sources/\(name)",
    swiftSettings: settings)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
    swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

// A build without the trait links neither FFTW nor what reads and resamples sound.
let sound = Target.Dependency.target(name: "ConvKitSound", condition: .when(traits: ["Sound"]))

let package = Package(
  name: "ConvKit",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "ConvKit", targets: ["ConvKit"]),
    .executable(name: "convkit", targets: ["ConvKitCommand"]),
    .executable(name: "convkit-bench", targets: ["ConvKitBenchmark"]),
  ],
  traits: [
    .default(enabledTraits: ["Sound"]),
    .trait(
      name: "Sound",
      description: "Clips of sound, by FFTW (under the GPL), libsndfile and libsamplerate."),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CPNG", path: "Sources/CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    // libpng reports errors by longjmp, which Swift cannot catch; the shim returns them.
    .target(name: "CPNGShim", dependencies: ["CPNG"], path: "Sources/CPNGShim"),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", path: "Sources/CTurboJPEG", pkgConfig: "libturbojpeg",
      providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
      name: "CXXHash", path: "Sources/CXXHash", pkgConfig: "libxxhash",
      providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(
      name: "CFFTW", path: "Sources/CFFTW", pkgConfig: "fftw3f",
      providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(
      name: "CSndFile", path: "Sources/CSndFile", pkgConfig: "sndfile",
      providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(
      name: "CSampleRate", path: "Sources/CSampleRate", pkgConfig: "samplerate",
      providers: [.apt(["libsamplerate0-dev"])]),
    .target(name: "ConvKitKernels", path: "Sources/Kernels"),
    module("Core", ["ConvKitKernels"]),
    module("Networks", ["ConvKitCore"]),
    module("Training", ["ConvKitNetworks"]),
    module("Files", ["CXXHash", "CZlib", "ConvKitCore"]),
    module("Drawing", ["CPNGShim", "ConvKitCore"]),
    module("Images", ["CPNGShim", "CTurboJPEG", "ConvKitCore", "ConvKitFiles", "ConvKitDrawing"]),
    module(
      "Sound",
      ["CFFTW", "CSampleRate", "CSndFile", "ConvKitCore", "ConvKitFiles", "ConvKitDrawing"]),
    module("Text", ["ConvKitCore", "ConvKitFiles", "ConvKitDrawing"]),
    module("Volumes", ["ConvKitCore", "ConvKitFiles", "ConvKitDrawing"]),
    module("Tables", ["ConvKitTraining", "ConvKitFiles", "ConvKitDrawing"]),
    module(
      "Models",
      [
        "ConvKitTraining", "ConvKitFiles", "ConvKitImages", "ConvKitTables", "ConvKitText",
        "ConvKitVolumes", "ConvKitDrawing", sound,
      ]),
    module("Letters", ["ConvKitModels", "ConvKitVolumes", "ConvKitDrawing"]),
    .target(
      name: "ConvKit",
      dependencies: [
        "ConvKitCore", "ConvKitNetworks", "ConvKitTraining", "ConvKitFiles", "ConvKitImages",
        "ConvKitModels", "ConvKitTables", "ConvKitText", "ConvKitVolumes", sound,
      ],
      path: "Sources/ConvKit", swiftSettings: settings),
    .executableTarget(
      name: "ConvKitCommand",
      dependencies: ["ConvKit", "ConvKitDrawing", "ConvKitLetters", argumentParser],
      path: "Sources/Command", swiftSettings: settings),
    // What the benchmark times and the tests hold to the reference; no product contains it but the
    // benchmark.
    module("Workloads", ["ConvKitNetworks", "ConvKitTables"]),
    .executableTarget(
      name: "ConvKitBenchmark",
      dependencies: [
        "CTurboJPEG", "CZlib", "ConvKit", "ConvKitDrawing", "ConvKitKernels", "ConvKitWorkloads",
        argumentParser, sound, .target(name: "CSndFile", condition: .when(traits: ["Sound"])),
      ],
      path: "Sources/Benchmark", swiftSettings: settings),
    .executableTarget(
      name: "ClassifyXOImages", dependencies: ["ConvKit"], path: "Samples/ClassifyXOImages",
      exclude: ["README.md", "Pictures"],
      swiftSettings: settings),
    .executableTarget(
      name: "ClassifyAudioClips", dependencies: ["ConvKit"], path: "Samples/ClassifyAudioClips",
      exclude: ["README.md", "Clips", "make-clips"],
      swiftSettings: settings),
    .executableTarget(
      name: "ClassifyTextSnippets", dependencies: ["ConvKit"], path: "Samples/ClassifyTextSnippets",
      exclude: ["README.md", "Messages"],
      swiftSettings: settings),
    .executableTarget(
      name: "ClassifyVolumes", dependencies: ["ConvKit"], path: "Samples/ClassifyVolumes",
      exclude: ["README.md", "Volumes", "make-volumes"],
      swiftSettings: settings),
    .executableTarget(
      name: "CheckDataSuitability", dependencies: ["ConvKit"], path: "Samples/CheckDataSuitability",
      exclude: ["README.md", "Tables", "make-tables"],
      swiftSettings: settings),
    .executableTarget(
      name: "OneNetworkThreeRanks", dependencies: ["ConvKit", "ConvKitLetters"],
      path: "Samples/OneNetworkThreeRanks", exclude: ["README.md", "network.json"],
      swiftSettings: settings),
    .target(name: "ConvKitReference", path: "Tests/Reference", swiftSettings: settings),
    .testTarget(
      name: "ReferenceTests", dependencies: ["ConvKitReference"], path: "Tests/ReferenceTests",
      swiftSettings: settings),
    tests("Core", ["ConvKitCore", "ConvKitKernels", "ConvKitReference", "ConvKitWorkloads"]),
    tests("Networks", ["ConvKitNetworks", "ConvKitReference"]),
    // Counts what a test takes from the heap.
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    tests(
      "Training",
      ["AllocationCount", "ConvKitTraining", "ConvKitReference", "ConvKitWorkloads"]),
    tests("Files", ["ConvKitFiles", "CZlib"]),
    tests("Drawing", ["ConvKitDrawing"]),
    tests("Images", ["ConvKitImages"], exclude: ["Fixtures"]),
    tests("Sound", ["ConvKitSound", "CSndFile"], exclude: ["Fixtures"]),
    tests("Text", ["ConvKitText"], exclude: ["Fixtures"]),
    tests("Volumes", ["ConvKitVolumes"], exclude: ["Fixtures"]),
    tests("Tables", ["ConvKitTables", "ConvKitWorkloads"]),
    tests("Models", ["ConvKitModels", "ConvKitLetters"]),
    tests("Letters", ["ConvKitLetters", sound], exclude: ["Fixtures"]),
    tests(
      "Command",
      ["ConvKitCommand", "ConvKitBenchmark", "ClassifyTextSnippets", "ClassifyXOImages"],
      exclude: ["Fixtures"]),
  ]
)
