"""The questions that could not be asked of a mail, and why not."""

from dataclasses import dataclass
from datetime import date

from sekimori.formats.dkim_signature import DkimSignature, Outcome
from sekimori.model.triage import Bilingual, Unasked
from sekimori.triage.bulk_lists import FRESH
from sekimori.triage.facts import MailFacts

__all__ = ["Question", "unasked"]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A question not asked; `decides` tells whether its answer alone can make or unmake a verdict."""

    unasked: Unasked
    decides: bool = True


def unasked(facts: MailFacts, today: date) -> list[Question]:
    """What could not be asked."""
    found = [_lists(facts, today), _history(facts), _profile(facts), _authentication(facts), _files(facts)]
    return [one for one in found if one is not None]


def _question(ja: str, en: str, why_ja: str, why_en: str, *, decides: bool = True) -> Question:
    return Question(Unasked(Bilingual(ja, en), Bilingual(why_ja, why_en)), decides)


def _lists(facts: MailFacts, today: date) -> Question | None:
    if not facts.lists.stale(today):
        return None
    ja, en = "ばらまき型メールの一覧に載っているか", "whether it is on a list of bulk mails"
    if not facts.lists.lists:
        return _question(ja, en, "一覧が読み込まれていない", "no list is loaded", decides=False)
    newest, days = max(one.date for one in facts.lists.lists), FRESH.days
    why_ja = f"最新の一覧が {newest:%Y-%m-%d} 付けで、{days} 日より古い"
    return _question(ja, en, why_ja, f"the newest list is of {newest:%Y-%m-%d}, older than {days} days", decides=False)


def _history(facts: MailFacts) -> Question | None:
    if facts.history.is_there:
        return None
    ja, en = (
        "差出人と以前にやり取りがあるか、同じメールを誰が受けたか",
        "whether the sender is known, and who else got it",
    )
    return _question(ja, en, "組織のメールが保管されていない", "no mail of the organisation is stored")


def _profile(facts: MailFacts) -> Question | None:
    if facts.recipient_people:
        return None
    ja, en = "主題が受信者の職務に合うか", "whether the theme suits the recipient's work"
    why = "受信者が組織のプロファイルにない", "no recipient is in the organisation's profile"
    return _question(ja, en, *why, decides=False)


def _authentication(facts: MailFacts) -> Question | None:
    ja, en = "差出人のドメインが認証されたか", "whether the sender's domain was authenticated"
    missing = [one for one in facts.signatures if one.outcome is Outcome.NO_KEY]
    if facts.authentication or len(missing) < len(facts.signatures):
        return _key(facts, missing)
    if missing:
        names = ", ".join(one.key_name for one in missing[:_NAMED])
        why = (
            f"結果の記録がなく、DKIM 署名を検証する鍵もない({names})",
            f"no result is recorded, and the key to verify the DKIM signature with is not given ({names})",
        )
    else:
        why = "SPF・DKIM・DMARC の結果が記録されていない", "no result of SPF, DKIM or DMARC is recorded"
    return _question(ja, en, *why)


def _key(facts: MailFacts, missing: list[DkimSignature]) -> Question | None:
    """Where keys are given, which of those that the mail asks for is not among them."""
    if not missing or not facts.contents.keys:
        return None
    names = ", ".join(one.key_name for one in missing[:_NAMED])
    ja, en = "DKIM 署名が合うか", "whether the DKIM signature holds"
    return _question(ja, en, f"鍵 {names} が与えられていない", f"the key {names} is not given", decides=False)


def _files(facts: MailFacts) -> Question | None:
    locked = [file for file in facts.files if file.encrypted and not file.is_opened]
    if not locked:
        return None
    ja, en = "暗号化された添付ファイルの中身", "what the encrypted attachment holds"
    why = (
        "保管中のメールに開くパスワードがなく、名前だけで判定した（`sekimori mail unlock --password` で与えられる）",
        "no stored mail tells a password that opens it: its names alone are judged; `mail unlock --password` takes one",
    )
    return _question(ja, en, *why)
