"""The evaluation of search tells when an answer is not that of reading all mails through."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from benchmarks import mail_recall
from sekimori.model.query import Query
from sekimori.store.mail_search import MailSearch
from tests.app.ingesting import mail, written


class Forgetful:
    """A search that finds some mails, whatever is asked."""

    def __init__(self, found: Sequence[int]) -> None:
        self._found = list(found)

    def all(self, query: Query) -> list[int]:
        return self._found

    def page(self, query: Query, *, limit: int) -> list[int]:
        return self._found[:limit]


@pytest.mark.parametrize(
    ("found", "shares"),
    [([3, 1], [1, 1, 1, 1]), ([1], [0.5, 1, 0, 0]), ([3, 2, 1], [1, 2 / 3, 0, 0]), ([1, 3], [1, 1, 0, 0])],
)
def test_lost_false_and_disordered_mails_are_told(found: list[int], shares: list[float]) -> None:
    every = [mail_recall._Mail(number, text, "") for number, text in ((3, "export"), (2, "import"), (1, "expo"))]
    search = cast("MailSearch", Forgetful(found))
    rows = list(mail_recall._asked(search, every, "Latin", ["exp"]))
    assert [row.value for row in rows] == pytest.approx(shares)
    assert [row.holds for row in rows] == [share == 1 for share in shares]


def test_questions_are_cut_from_the_mails_of_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("輸出管理の議事録、ご確認ください。", "海洋政策懇談会「資料」・一覧", "plain text only")
    written(tmp_path / "japanese-bulk", [(f"{n}.eml", mail(n, body=text)) for n, text in enumerate(words[:2])])
    written(tmp_path / "ham", [("3.eml", mail(3, body=words[2]))])
    monkeypatch.setattr(mail_recall, "MAIL", tmp_path)

    rows = list(mail_recall.recall(20))

    assert [row.holds for row in rows] == [True] * 8
    assert {row.n for row in rows if "first pages" in row.name} == {20}
