/// Numbers as people read them.
package enum NumberText {
  /// 0.9987 as "99.87 %". What is not quite all is never written as all.
  package static func percent(_ share: Double) -> String {
    let text = fixedPoint(share * 100, places: 2)
    return share < 1 && text == "100.00" ? ">99.99 %" : "\(text) %"
  }

  /// 1234567 as "1,234,567".
  package static func grouped(_ number: Int) -> String {
    var groups: [String] = []
    var rest = number.magnitude
    while rest >= 1000 {
      let group = String(rest % 1000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1000
    }
    groups.append(String(rest))
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  /// "1 example", "2 examples".
  package static func count(_ number: Int, _ one: String) -> String {
    "\(grouped(number)) \(one)\(number == 1 ? "" : "s")"
  }
}
