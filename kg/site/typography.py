"""How wide words are in print, without a font at hand, and how they are broken into lines.

Widths are those of the widest font of `STACK` for each character (DejaVu Sans, or Helvetica where that is wider),
rounded up to a hundredth of the font's size: whichever font a viewer has, the words stay inside the boxes that are kept
free for them. Fonts that are none of these may be wider.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

#: What pictures ask viewers for.
STACK = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#: Height of a line, and how far letters reach above and below the line that they stand on, by the font's size.
LINE, ASCENT, DESCENT = 1.25, 0.93, 0.24

#: Width in thousandths of the font's size → characters.
_REGULAR = {
    280: "'ijlı",
    290: "ł",
    300: "I",
    320: " ,.·‘’‚",
    340: "/:;\\|¦",
    350: "ŀ",
    360: "fſ",
    370: "-",
    400: "()[]tŧ‹›",
    410: "!¡²³¹⁰⁴⁵⁶⁷⁸⁹",
    420: "r",
    460: '"',
    480: "ªº",
    500: "*J`¨¯°´¸",
    520: "“”„",
    530: "sz",
    550: "c",
    560: "?L_§ĳĿ–†‡",
    570: "Ł",
    580: "kĸ",
    590: "Ĳ•",
    600: "vxy",
    620: "FTaeo«»¿ðøŦ",
    630: "ß",
    640: "$0123456789bdghnpqu{}¢£¤¥µ¶þđŋ€",
    670: "EKPSYÞ",
    690: "ABVXZ",
    700: "ħ",
    730: "CR",
    740: "U",
    750: "NŊ",
    760: "H",
    780: "&DGÐĐ",
    790: "OQØ",
    820: "wŉ",
    840: "#+<=>^~¬±×÷−×÷≤≥→←↔✓",
    870: "M",
    920: "Ħ",
    960: "%",
    970: "¼½¾",
    980: "m",
    990: "Wæ",
    1000: "©®Æ—…™",
    1020: "@",
    1030: "œ",
    1050: "№",
    1070: "Œ",
    1350: "‰",
}
_BOLD = {
    310: "'",
    350: " ijlı",
    370: "/\\|¦",
    380: ",.I·ł‘’‚",
    400: ":;",
    420: "-‹›",
    440: "f²³¹ſ⁰⁴⁵⁶⁷⁸⁹",
    460: "!()[]¡",
    480: "tŧ",
    500: "`r¨¯°´¸",
    530: '"*',
    560: "J_§ŀ–†‡",
    570: "ªº",
    590: "z",
    600: "cs",
    620: "?¿",
    640: "L¤¶Ŀ•",
    650: "x«»Ł",
    660: "vy“”„",
    670: "kĸ",
    680: "ae",
    690: "EFToðøĳŦ",
    700: "$0123456789¢£¥€",
    720: "bdghnpqu{}ßþđŋ",
    730: "SYZ",
    740: "CPµÞ",
    750: "Ĳ",
    770: "B",
    780: "AKRVX",
    800: "ħ",
    820: "U",
    830: "G",
    840: "#+<=>DHN^~¬±Ð×÷ĐŊ−×÷≤≥→←↔✓",
    860: "OQØ",
    880: "&",
    930: "w",
    980: "Ħ",
    990: "ŉ",
    1000: "@M©®—…™",
    1010: "%",
    1040: "¼½¾",
    1050: "mæ",
    1090: "Æ",
    1100: "œ",
    1110: "W",
    1170: "Œ",
    1210: "№",
    1440: "‰",
}


def _by_character(table: Mapping[int, str]) -> dict[str, float]:
    return {character: width / 1000 for width, characters in table.items() for character in characters}


_WIDTHS = {False: _by_character(_REGULAR), True: _by_character(_BOLD)}


def measure(text: str, size: float, bold: bool = False) -> float:
    """The width of a line of text, in the unit of the font's size."""
    widths, total = _WIDTHS[bold], 0.0
    for character in text:
        total += widths.get(character) or _width(character, widths)
    return total * size


def _width(character: str, widths: Mapping[str, float]) -> float:
    """Of a character that is not in the tables: as the letter without its accents, as a square, or as a wide letter."""
    if unicodedata.combining(character):
        return 0.0
    letter = unicodedata.normalize("NFD", character)[0]
    wide = unicodedata.east_asian_width(character) in "WF" or ord(character) > 0x2FFF
    return widths.get(letter) or (1.3 if ord(character) > 0xFFFF else 1.05 if wide else 0.95)


def wrap(text: str, size: float, limit: float, most: int = 3, bold: bool = False) -> list[tuple[int, int]]:
    """Lines no wider than `limit`, as [start, end) in the text; words that are wider are broken.

    Returns:
        At most `most` lines. Where the text does not fit, the last one ends before the end of the text, and leaves room
        for " …".
    """
    lines: list[tuple[int, int]] = []
    start, size_of = 0, len(text)
    while start < size_of and len(lines) < most:
        room = limit - (measure(" …", size, bold) if len(lines) == most - 1 else 0.0)
        end = _fitting(text, start, size, limit, bold)
        if end < size_of and len(lines) == most - 1:
            end = _fitting(text, start, size, room, bold)
        lines.append((start, end))
        start = end
        while start < size_of and text[start] == " ":
            start += 1
    return lines


def _fitting(text: str, start: int, size: float, limit: float, bold: bool) -> int:
    """Where a line that starts here must end: after a whole word, or inside the only one; one character at least."""
    total, last, end = 0.0, start, start
    while end < len(text):
        if text[end] == " " and end > start:
            last = end
        total += measure(text[end], size, bold)
        if total > limit:
            break
        end += 1
    else:
        return end
    hyphen = max(text.rfind(mark, start + 3, end) for mark in "-–—/") + 1
    return max(last, hyphen) if max(last, hyphen) > start else max(end, start + 1)
