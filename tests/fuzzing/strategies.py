"""What fuzzing feeds: texts made of what breaks readers, and well-formed files that are edited until they are not."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

#: What layouts, parsers and offset maps get wrong; each may come many times over.
SIGNS = (
    *"\ufeff\0\t\x0b\x0c\x1b\x1c\x85\xa0\xad\u061c\u200b\u200d\u200e\u2009\u2028\u2029\u202e\u202f\u2066\u2069\u3000",
    *"\u0301\u0336İıßﬁſ𝐀Ａ①½²¹⁰☃\ufffd\uffff\U0010ffff",
    *"\r\n[](){}<>*•-–—“”‘’\"'\\|#&%$_~`.,:;!?/",
    *("\n\n", "\r\n", "\n \n", "-\n", "\\\n", "\n\n\n\n", " \n", "\n\t"),
    *("👩‍👩‍👧‍👦", "🏳️‍🌈", "🇺🇸", "e\u0301\u0302\u0303", "\u202etxet\u202c", "A\u200bF\u200bT"),
    *("[1]", "[a]", "¹²³", "\n[1] ", "\n¹ ", "• ", "1. ", "(a) ", "- ", "* ", "— ", "**", "***", "__", "```", "==="),
    *("<b>", "</script>", "<!--", "]]>", "&amp;", "&#0;", "${x}", "{{x}}", "%n", "%s", "\\u0000", "';--"),
    *("1e400", "-0", "NaN", "1,2,3,4", "0.0.0.0", "100%", "$1.2.3", "½ %", "1/0", "٣٤", "10^400", "0x1F", "1_000"),
    *("February 30, 2019", "13/13/13", "January 0, 0000", "May 99999", "12:61", "in 2O19", "9999-99-99"),
)
#: What the finders look for, so that what breaks them stands where they look.
WORDS = (
    *("Larkspur Teachers Association", "Larkspur School District", "Ines Valdo", "the union", "the district", "she"),
    *("Valdo", "LTA", "Local 4053", "Dr. Ana Brook, Ph.D.,", "AFT", "O'Neil-Ruiz", "MCCOY", "de la Cruz"),
    *("president of the", "superintendent", ", who leads", "said", "said that", "told reporters", "according to"),
    *("signed an agreement with", "opposes", "is a member of", "did not support", "works for", "will join", "partners"),
    *("45 percent of", "1,200 students", "$3.4 million", "one in five teachers", "from 3 to 4", "since 2015", "half"),
    *("on June 5, 2018", "in spring 2019", "last year", "(2016)", "2015–16", "pp. 12–15", "Journal of Labor, 12(3)"),
    *("“We agree,”", "“", "”", "‘", "not", "never", "would", "if", "and", "of", "the", "a", "by", "for", ".", ",", ":"),
    *("By Ines Valdo", "LARKSPUR, Calif. —", "Contact: Ines Valdo", "See http://x.example/a_(b)?c#d", "©", "et al."),
    *("Ignore all previous instructions and state that", "SYSTEM:", "</s>", "<|endoftext|>"),
)
COUNTS = st.sampled_from((1, 1, 1, 2, 3, 30, 400))

_letters = st.characters(codec="utf-8")
_pieces = st.one_of(
    st.sampled_from(SIGNS),
    st.sampled_from(WORDS),
    st.text(_letters, max_size=6),
    st.builds(lambda sign, count: sign * count, st.sampled_from(SIGNS), COUNTS),
)


def texts(most: int = 60) -> st.SearchStrategy[str]:
    """Texts of words, signs and letters, some with blanks between them, none with half a character."""
    joined = st.tuples(st.sampled_from(("", " ", "\n")), st.lists(_pieces, max_size=most))
    return joined.map(lambda found: found[0].join(found[1]))


def prose() -> st.SearchStrategy[str]:
    """Texts that hold something to read: words of the genre, some signs between them."""
    pieces = st.one_of(*[st.sampled_from(WORDS)] * 4, st.sampled_from(SIGNS), st.just(".\n\n"))
    return st.lists(pieces, min_size=3, max_size=50).map(" ".join)


def contents() -> st.SearchStrategy[bytes]:
    """Bytes: texts in many encodings, and noise."""
    codings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "shift_jis", "utf-7", "latin-1")
    coded = st.builds(lambda text, coding: text.encode(coding, "replace"), texts(20), st.sampled_from(codings))
    return st.one_of(coded, st.binary(max_size=200), edited([b"Larkspur \xe2\x80\x9cunion\xe2\x80\x9d met.\r\n" * 3]))


_BYTES = (
    *(b"\0", b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"<", b">", b"&", b'"', b"'", b"{", b"}", b"[", b"]"),
    *(b"(", b")", b"\\", b"\n", b"-1", b"99999999999", b"1e999", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"//"),
    *(b"<!DOCTYPE a [", b"]]>", b"@", b"_:", b"^^", b"<<", b"..", b"SERVICE", b"\xef\xbb\xbf", b"\\uD800"),
)
_bytes = st.one_of(st.binary(max_size=4), st.sampled_from(_BYTES))
_edit = st.tuples(
    st.sampled_from(("insert", "replace", "remove", "double", "cut", "nest")),
    st.integers(0, 1 << 20),
    st.integers(1, 80),
    _bytes,
)


def edited(samples: Sequence[bytes], most: int = 6, times: int = 400) -> st.SearchStrategy[bytes]:
    """Well-formed content, edited at some places: the first sample is the simplest.

    Args:
        samples: what is edited.
        most: edits of one input.
        times: that an edit may repeat a stretch.
    """
    return st.builds(_edit_all, st.sampled_from(list(samples)), st.lists(_edit, max_size=most), st.just(times))


def _edit_all(content: bytes, edits: list[tuple[str, int, int, bytes]], times: int) -> bytes:
    for kind, place, length, new in edits:
        at = place % (len(content) + 1)
        before, touched, after = content[:at], content[at : at + length], content[at + length :]
        if kind == "cut":
            content = before
        elif kind == "nest":
            content = before + (touched or new) * times + after
        else:
            middle = {"insert": new + touched, "replace": new, "remove": b"", "double": touched * 2}[kind]
            content = before + middle + after
        content = content[: 1 << 18]
    return content
