import ConvKitTables
import Testing

@Suite struct TableTests {
  @Test func columnsHaveOneLength() {
    let table = Table(
      columns: [
        Table.Column(name: "age", content: .numbers([30, .nan])),
        Table.Column(name: "town", content: .texts([0, -1], levels: ["Oslo"])),
      ], rowCount: 2)
    #expect(table.columns.map(\.content.count) == [2, 2])
  }
}
