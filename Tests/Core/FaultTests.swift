import ConvKitCore
import Testing

@Suite struct FaultTests {
  @Test(arguments: Fault.all) func isCaught(_ fault: Fault) throws {
    for instructionSet in InstructionSet.available {
      let sound = try fault.check(false, instructionSet)
      #expect(sound == nil, "\(fault.name) on \(instructionSet.name), not planted")
      let spoiled = try fault.check(true, instructionSet)
      #expect(spoiled != nil, "\(fault.name) on \(instructionSet.name)")
    }
  }

  @Test func thereAreEnough() {
    #expect(Set(Fault.all.map(\.name)).count == Fault.all.count)
    #expect(Fault.all.count >= 30)
  }
}
