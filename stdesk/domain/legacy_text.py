"""Vietnamese typed in the old one-byte fonts: its two common codes, and how to notice it.

Before Unicode, fonts such as ``.VnTime`` (code TCVN3, also called ABC) and ``VNI-Times`` (code
VNI) drew Vietnamese letters over the places of Western European ones. When the font's name is
lost, "Nâng cao hiệu quả" reads "N©ng cao hiÖu qu¶". The tables are built from the rules of
the codes (TCVN 5712:1993, code 3; VNI-Windows writes a letter and then its mark).

Guessing by frequency of letters takes Spanish and German for Vietnamese, so
:func:`looks_legacy` asks more: words that are no Vietnamese as they stand, are well-formed
Vietnamese syllables once decoded, and hardly any word that is neither.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

TCVN3 = "TCVN3"
VNI = "VNI"

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"

# Letter -> its codes with no tone, grave, hook, tilde, acute, dot. Where the toneless letter is
# plain ASCII it codes itself. TCVN3 has no capitals with a tone: fonts ending in H draw them.
_TCVN3_ROWS = {
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ",
    "o": "oßáâãä", "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\u00adõö÷øù", "y": "yúûüýþ",
}  # fmt: skip
_TCVN3_PLAIN = {"¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư", "§": "Đ", "®": "đ"}
_TONES = ("", _GRAVE, _HOOK, _TILDE, _ACUTE, _DOT)

# VNI: base letter, then one mark that carries the tone, or the letter's own mark and the tone.
_VNI_TONES = {"ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ù": _ACUTE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "á": _ACUTE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "é": _ACUTE, "ë": _DOT}
_VNI_SINGLE = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}

# Letters only Unicode can hold: a text with one of them was not typed in an old font.
UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300\u0301\u0303\u0309\u0323]")


@cache
def tcvn3_table() -> dict[str, str]:
    """TCVN3 code as seen in Latin-1 -> letter (NFC)."""
    table = dict(_TCVN3_PLAIN)
    for letter, codes in _TCVN3_ROWS.items():
        for code, tone in zip(codes, _TONES, strict=True):
            table[code] = unicodedata.normalize("NFC", letter + tone)
    return {code: letter for code, letter in table.items() if code != letter}


@cache
def vni_table() -> dict[str, str]:
    """VNI sequence (one or two characters as seen in Latin-1) -> letter (NFC)."""
    table = dict(_VNI_SINGLE)
    for base, letter in [*zip("aeiouy", "aeiouy", strict=True), ("ô", "ơ"), ("ö", "ư")]:
        for mark, tone in _VNI_TONES.items():
            table[base + mark] = unicodedata.normalize("NFC", letter + tone)
    for base, marks, own in (
        ("a", _VNI_CIRCUMFLEX, "\u0302"),
        ("e", _VNI_CIRCUMFLEX, "\u0302"),
        ("o", _VNI_CIRCUMFLEX, "\u0302"),
        ("a", _VNI_BREVE, "\u0306"),
    ):
        for mark, tone in marks.items():
            letter = unicodedata.normalize("NFC", base + own)
            table[base + mark] = unicodedata.normalize("NFC", letter + tone)
    small = dict(table)
    for codes, letter in small.items():
        table[codes.upper()] = letter.upper()
        # Sentence case is typed with a small mark after a capital by some keyboards.
        table[codes[0].upper() + codes[1:]] = letter.upper()
    return table


@cache
def _vni_pattern() -> re.Pattern[str]:
    ordered = sorted(vni_table(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))


@cache
def _tcvn3_translation() -> dict[int, str]:
    return str.maketrans(tcvn3_table())


def decode_tcvn3(text: str) -> str:
    """``text`` read as TCVN3; characters that are no code of it stay."""
    return text.translate(_tcvn3_translation())


def decode_vni(text: str) -> str:
    """``text`` read as VNI; characters that are no code of it stay."""
    table = vni_table()
    return _vni_pattern().sub(lambda found: table[found[0]], text)


_DECODERS = {TCVN3: decode_tcvn3, VNI: decode_vni}

# A Vietnamese syllable without its tone: first consonant, rhyme. Rhymes that end in c, ch, p, t
# take only the tones sắc and nặng.
_FIRST = "(?:ngh|ng|nh|gh|gi|g|kh|k|ch|c|ph|th|tr|t|qu|b|d|đ|h|l|m|n|p|r|s|v|x)?"
_OPEN = (
    "a|e|ê|i|o|ô|ơ|u|ư|y|ia|ya|ua|ưa|ai|ao|au|ay|âu|ây|eo|êu|iu|iêu|yêu|oi|ôi|ơi|ui|ưi|ưu|uôi|ươi|ươu"
    "|oa|oe|oai|oay|oao|oeo|uây|uê|uơ|uy|uya|uyu|uêu"
)
_CLOSED = "(?:a|ă|â|e|ê|i|o|ô|ơ|u|ư|y|iê|yê|ươ|uô|oa|oă|oe|uâ|uê|uy|uyê|oo)"
_SYLLABLE = re.compile(f"{_FIRST}(?:(?:{_OPEN})|{_CLOSED}(?:ng|nh|n|m)|{_CLOSED}(?P<stop>ch|c|p|t))")
_TONE_MARKS = re.compile(f"[{_GRAVE}{_ACUTE}{_HOOK}{_TILDE}{_DOT}]")


@cache
def _codes(encoding: str) -> str:
    """The characters ``encoding`` codes with, for use in a character class."""
    table = tcvn3_table() if encoding == TCVN3 else vni_table()
    return "".join(sorted({re.escape(c) for codes in table for c in codes if not c.isascii()}))


def _is_syllable(word: str) -> bool:
    """Whether ``word`` is built as a Vietnamese syllable, marks included."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _TONE_MARKS.findall(apart)
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONE_MARKS.sub("", apart))
    found = _SYLLABLE.fullmatch(bare)
    if found is None:
        return False
    return not found["stop"] or tones in ([_ACUTE], [_DOT])


# What makes a word worth decoding at all. TCVN3: a sign that is no letter in Latin-1 after a letter
# (not µ, ©, « at a word's start: 3 µm, ©2024, «Non»), Đ or đ before one, a capital after a small
# letter. VNI: a vowel with one of its marks.
_TCVN3_SIGN = re.compile("[A-Za-zÀ-ÿ][¡-¹»-¾×÷]|[§®][A-Za-z¡-ÿ]|[a-z][À-ÖØ-Þ]")
_VNI_PAIR = re.compile("[AaEeIiOoUuYy][ØÛÕÙÏÂÀÅÃÁÄÊÈÚÜÉËøûõùïâàåãáäêèúüéë]|[ÔôÖö][ØÛÕÙÏøûõùï]|[A-Za-z]æ")
_HINTS = {TCVN3: _TCVN3_SIGN, VNI: _VNI_PAIR}
_WORDS = {encoding: re.compile(f"[A-Za-z{_codes(encoding)}À-ÿ]+") for encoding in _DECODERS}
# Two different words: one alone can be a unit (N·m) or a foreign word (French "où").
_ENOUGH = 2
# A real text holds names and abbreviations; German and French words hardly ever fit.
_FITTING_SHARE = 0.8


def looks_legacy(text: str) -> str:
    """``TCVN3`` or ``VNI`` when ``text`` reads as Vietnamese only if decoded from it, else empty.

    Meant to be quiet: proper Vietnamese, French or German text gives empty, and so do texts
    with fewer than two telling words. Fast: most texts are left after one search.
    """
    if text.isascii() or UNICODE_ONLY.search(text):
        return ""
    best, telling = "", _ENOUGH - 1
    for encoding, hint in _HINTS.items():
        if hint.search(text):
            found = _telling_words(text, encoding)
            if found > telling:
                best, telling = encoding, found
    return best


def _telling_words(text: str, encoding: str) -> int:
    """How many different words speak for ``encoding``; 0 when the whole does not fit."""
    decode, hint = _DECODERS[encoding], _HINTS[encoding]
    telling: set[str] = set()
    fitting = words = 0
    for word in _WORDS[encoding].findall(text):
        if word.isascii() and (len(word) == 1 or word.isupper()):
            continue  # initials and abbreviations say nothing
        words += 1
        if _is_syllable(decode(word)):
            fitting += 1
            if hint.search(word) and not _is_syllable(word):
                telling.add(word)
    return len(telling) if words and fitting >= _FITTING_SHARE * words else 0
