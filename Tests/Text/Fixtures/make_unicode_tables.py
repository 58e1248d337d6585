"""Makes the Swift tables of Sources/Text/Unicode from the Unicode Character Database.

Run: python3 make_unicode_tables.py, with Debian's package unicode-data (the checked-in tables were made with
its version 15.0.0). Another folder of the database may be given as the argument.
"""

import os
import re
import sys

database = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Sources/Text/Unicode")
count = 0x110000

# The order of the cases of `WordBreak`.
WORD_BREAKS = """Other CR LF Newline Extend ZWJ Format Regional_Indicator Katakana Hebrew_Letter ALetter
Single_Quote Double_Quote MidNumLet MidLetter MidNum Numeric ExtendNumLet WSegSpace""".split()

# The bits of `ScalarTraits`.
WORD_BREAK = 0x01F
PICTOGRAPHIC, BLANK, PUNCTUATION, FOLDS, COMPOSES = 0x020, 0x040, 0x080, 0x100, 0x200
UNSPACED = 0x400


def records(name):
    """The fields of every line, comments left out."""
    with open(os.path.join(database, name), encoding="utf-8") as file:
        for line in file:
            line = line.partition("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def properties(name):
    """(scalar, value, further fields) for every scalar of every range of a file of properties."""
    for fields in records(name):
        first, _, last = fields[0].partition("..")
        for scalar in range(int(first, 16), int(last or first, 16) + 1):
            yield scalar, fields[1], fields[2:]


def scalars(text):
    return [int(part, 16) for part in text.split()]


def version():
    with open(os.path.join(database, "auxiliary/WordBreakProperty.txt"), encoding="utf-8") as file:
        return re.match(r"# WordBreakProperty-([\d.]+)\.txt", file.readline()).group(1)


def write(name, text):
    with open(os.path.join(target, name), "w", encoding="utf-8") as file:
        file.write("// Made by Tests/Text/Fixtures/make_unicode_tables.py from the Unicode Character\n")
        file.write(f"// Database, version {version()}.\n")
        file.write("// swift-format-ignore-file\n\n")
        file.write(text)


def rows(entries):
    """As many entries to a line as a hundred columns hold."""
    lines, line = [], "   "
    for entry in entries:
        if len(line) + len(entry) + 2 > 100:
            lines.append(line)
            line = "   "
        line += f" {entry},"
    return "\n".join(lines + [line])


def folding():
    """scalar -> the scalars that it folds to: the statuses C and F of CaseFolding.txt."""
    table = {}
    for fields in records("CaseFolding.txt"):
        if fields[1] in "CF":
            table[int(fields[0], 16)] = scalars(fields[2])
    return table


def combining_classes():
    return {
        scalar: int(value)
        for scalar, value, _ in properties("extracted/DerivedCombiningClass.txt") if value != "0"
    }


def write_traits(folding, classes):
    traits = [0] * count
    for scalar, value, _ in properties("auxiliary/WordBreakProperty.txt"):
        traits[scalar] |= WORD_BREAKS.index(value)
    for scalar, value, _ in properties("emoji/emoji-data.txt"):
        if value == "Extended_Pictographic":
            traits[scalar] |= PICTOGRAPHIC
    for scalar, value, _ in properties("extracted/DerivedGeneralCategory.txt"):
        if value == "Cc":
            traits[scalar] |= BLANK
        if value.startswith("P"):
            traits[scalar] |= PUNCTUATION
        if value.startswith("L") and traits[scalar] & WORD_BREAK == 0:
            traits[scalar] |= UNSPACED
    for scalar, value, _ in properties("PropList.txt"):
        if value == "White_Space":
            traits[scalar] |= BLANK
    for scalar, value, _ in properties("DerivedCoreProperties.txt"):
        if value == "Default_Ignorable_Code_Point":
            traits[scalar] |= BLANK
    for scalar, value, further in properties("DerivedNormalizationProps.txt"):
        if value == "NFC_QC" and further[0] in "NM":
            traits[scalar] |= COMPOSES
    for scalar in folding:
        traits[scalar] |= FOLDS
    for scalar in classes:
        traits[scalar] |= COMPOSES
    runs = [s for s in range(count) if s == 0 or traits[s] != traits[s - 1]]
    entries = [f"0x{scalar:05X}_{traits[scalar]:03X}" for scalar in runs]
    write("ScalarTraits+Table.swift", f"""\
extension ScalarTraits {{
  /// The first scalar of every run of scalars with the same traits, and those traits in the last
  /// three digits.
  static let table: [UInt64] = [
{rows(entries)}
  ]
}}
""")


def write_folding(folding):
    # Runs of single scalars that move by one distance, next to each other or every other one.
    single = {s: to[0] for s, to in folding.items() if len(to) == 1}
    runs = []
    for scalar, to in sorted(single.items()):
        for run in reversed(runs[-2:]):
            step = scalar - run["last"]
            if run["distance"] == to - scalar and step in ((1, 2) if run["step"] == 0 else (run["step"],)):
                run["last"], run["step"] = scalar, step
                break
        else:
            runs.append({"first": scalar, "last": scalar, "step": 0, "distance": to - scalar})
    runs.sort(key=lambda run: run["first"])
    for before, after in zip(runs, runs[1:]):
        assert before["last"] < after["first"], "runs are looked up by their first scalar"
    simple = [
        f"(0x{run['first']:04X}, 0x{run['last']:04X}, {max(1, run['step'])}, {run['distance']})"
        for run in runs
    ]
    full = [
        f"0x{scalar:04X}: [" + ", ".join(f"0x{part:04X}" for part in to) + "]"
        for scalar, to in sorted(folding.items()) if len(to) > 1
    ]
    write("CaseFolding+Table.swift", f"""\
extension CaseFolding {{
  /// First scalar, last scalar, step from one to the next, and how far each is moved, in ascending
  /// order.
  static let runs: [(first: UInt32, last: UInt32, step: UInt32, distance: Int32)] = [
{rows(simple)}
  ]

  /// The scalars that become several.
  static let expansions: [UInt32: [UInt32]] = [
{rows(full)}
  ]
}}
""")


def write_composition(classes):
    excluded = {
        scalar for scalar, value, _ in properties("DerivedNormalizationProps.txt")
        if value == "Full_Composition_Exclusion"
    }
    decompositions, compositions = [], []
    for fields in records("UnicodeData.txt"):
        if not fields[5] or fields[5].startswith("<"):
            continue
        scalar, parts = int(fields[0], 16), scalars(fields[5])
        decompositions.append((scalar, parts[0], parts[1] if len(parts) == 2 else 0))
        if scalar not in excluded:
            compositions.append((parts[0], parts[1], scalar))
    runs = [
        s for s in range(count)
        if s == 0 or classes.get(s, 0) != classes.get(s - 1, 0)
    ]

    def packed(triples):
        return rows(f"0x{a:05X}_{b:05X}_{c:05X}" for a, b, c in sorted(triples))

    write("CanonicalComposition+Table.swift", f"""\
extension CanonicalComposition {{
  /// A scalar and the two that it falls into, five digits each; the last is 0 where it is one. One
  /// step, in ascending order, without the syllables of Hangul.
  static let decompositions: [UInt64] = [
{packed(decompositions)}
  ]

  /// Two scalars and the one that they are composed to, five digits each, in ascending order, without
  /// the syllables of Hangul.
  static let compositions: [UInt64] = [
{packed(compositions)}
  ]

  /// The first scalar of every run with the same canonical combining class, and that class in the
  /// last two digits.
  static let combiningClasses: [UInt32] = [
{rows(f"0x{s:05X}_{classes.get(s, 0):02X}" for s in runs)}
  ]
}}
""")


folding, classes = folding(), combining_classes()
write_traits(folding, classes)
write_folding(folding)
write_composition(classes)
