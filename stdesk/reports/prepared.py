"""What the officer prepared for one report beside the records: wording, expected numbers, its head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD_FIELDS = (
    "number",
    "date",
    "symbol",
    "place",
    "address_to",
    "recipients",
    "signing_authority",
    "signer_post",
    "signer_rank",
    "signer_name",
    "secrecy_mark",
    "urgency",
    "circulation",
    "copies",
    "drafter",
    "letter_number",
    "medium",
)
"""What stands on the paper of one report; what is empty comes from the unit's settings.

``number``: of the report; ``date``: ISO day of signing; ``symbol``: as in the settings; ``address_to``,
``recipients``: one a line; ``secrecy_mark``: a level of :mod:`stdesk.domain.secrecy` or ""; ``urgency``:
"", ``khan``, ``thuong_khan``, ``hoa_toc``; ``circulation``: "", ``internal`` (LƯU HÀNH NỘI BỘ), ``return``
(XEM XONG TRẢ LẠI); ``copies``: how many are issued; ``drafter``: initials; ``letter_number``: of the covering
letter; ``medium``: what the package travels on ("USB số 01").
"""


@dataclass(frozen=True, slots=True)
class OwnText:
    """The unit's own wording of a sentence.

    Attributes:
        text: as it is printed; ``{name}`` in it is a figure, filled in when the report is made.
        figures: name of a figure -> its value when the sentence was last looked at by a person, so that a
            sentence whose number changed since can be marked.
    """

    text: str
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was prepared for one report.

    Attributes:
        head: see :data:`HEAD_FIELDS`; what is not set is not there.
        texts: sentence id -> the unit's own wording.
        estimates: name of a figure -> the number expected at the period's end ("ước thực hiện"), in a plan the
            target ("chỉ tiêu").
        later: keys of findings put off ("để sau").
        reopened: submission number -> the written reason for which the frozen report before it was reopened.
    """

    head: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, OwnText] = field(default_factory=dict)
    estimates: Mapping[str, int] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    reopened: Mapping[int, str] = field(default_factory=dict)
