"""Recall and precision on real mail: every answer is that of looking through all folded texts."""

import random
from pathlib import Path

import pytest

from sekimori.app.ingest import add
from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.readers.protocol import ReadingContext
from sekimori.store.mail_index.feeding import catch_up
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, folded_question
from sekimori.store.mail_index.grams import without_hashes
from sekimori.store.mail_index.state import mail_evidence
from sekimori.store.mail_index.stored import mails
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from tests.store.world import BY

QUESTIONS = 100
"""Of each sort."""

Texts = list[tuple[int, str]]


def cut(texts: Texts, chance: random.Random, *, is_word: bool, is_wide: bool) -> str:
    """One to six characters out of some text: within a word, with a wide character, or anywhere."""
    while True:
        text = chance.choice(texts)[1]
        begin = chance.randrange(len(text))
        found = text[begin : begin + chance.randint(1, 6)]
        if VALUE_END in found or FIELD_END in found or (is_word and not found.isalnum()):
            continue
        if is_wide == (not found.isascii()):
            return found


def varied(text: str, chance: random.Random) -> str:
    """A text in other case or width, if that folds to the same."""
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    other = chance.choice([text, text.upper(), wide])
    return other if folded_question(other) == text else text


@pytest.mark.parametrize("folder", ["japanese-bulk", "spamassassin"])
def test_recall_and_precision(workspace: Workspace, organisation: Organisation, real_data: Path, folder: str) -> None:
    add(workspace, organisation, [real_data / "mail" / folder], by=BY, context=ReadingContext())
    catch_up(workspace, organisation)
    with Reading(workspace, organisation) as reading:
        found = mails(reading, mail_evidence(workspace, organisation))
        by_age = sorted(found, key=lambda mail: (mail.order, mail.evidence), reverse=True)
    texts = [(mail.evidence, without_hashes(mail.text)[0]) for mail in by_age]
    assert len(texts) > 200
    chance = random.Random(len(texts))
    sorts = [(True, folder == "japanese-bulk"), (True, False), (False, False)]
    with MailSearch(workspace, organisation) as search:
        asked = [
            cut(texts, chance, is_word=is_word, is_wide=is_wide) for is_word, is_wide in sorts for _ in range(QUESTIONS)
        ]
        for text in [*asked, ".", " ", "@", "--", ". "]:
            query = Contains(Field.ANY, (varied(text, chance),))
            expected = [evidence for evidence, whole in texts if text in whole]
            assert search.all(query) == expected, text
            assert search.page(query, limit=20) == expected[:20], text
