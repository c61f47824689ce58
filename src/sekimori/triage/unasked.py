"""The questions that could not be asked of a mail, and why not."""

from dataclasses import dataclass
from datetime import date

from sekimori.formats.dkim_signature import DkimSignature, Outcome
from sekimori.model.triage import Bilingual, Facet, Unasked
from sekimori.triage.bulk_lists import FRESH
from sekimori.triage.contents import BODY_CHARACTERS
from sekimori.triage.facts import MailFacts

__all__ = ["Question", "unasked"]

_NAMED = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A question not asked; `decides` are the facets in which its answer alone can make or unmake a verdict."""

    unasked: Unasked
    decides: frozenset[Facet] = frozenset()


def unasked(facts: MailFacts, today: date) -> list[Question]:
    """What could not be asked."""
    found = [
        _lists(facts, today),
        _history(facts),
        _profile(facts),
        _authentication(facts),
        _files(facts),
        _unread(facts),
        _rest(facts),
        _pictures(facts),
    ]
    return [one for one in found if one is not None]


def _question(ja: str, en: str, why_ja: str, why_en: str, *decides: Facet) -> Question:
    return Question(Unasked(Bilingual(ja, en), Bilingual(why_ja, why_en)), frozenset(decides))


def _lists(facts: MailFacts, today: date) -> Question | None:
    if not facts.lists.stale(today):
        return None
    ja, en = "ばらまき型メールの一覧に載っているか", "whether it is on a list of bulk mails"
    newest, days = facts.lists.newest(today), FRESH.days
    if newest is None:
        return _question(ja, en, "一覧が読み込まれていない", "no list is loaded")
    if newest > today:
        why_ja = f"一覧の日付 {newest:%Y-%m-%d} が先の日になっている"
        return _question(ja, en, why_ja, f"the list is dated {newest:%Y-%m-%d}, a day to come")
    why_ja = f"最新の一覧が {newest:%Y-%m-%d} 付けで、{days} 日より古い"
    return _question(ja, en, why_ja, f"the newest list is of {newest:%Y-%m-%d}, older than {days} days")


def _history(facts: MailFacts) -> Question | None:
    if facts.history.is_there:
        return None
    ja, en = (
        "差出人と以前にやり取りがあるか、同じメールを誰が受けたか",
        "whether the sender is known, and who else got it",
    )
    why = "組織のメールが保管されていない", "no mail of the organisation is stored"
    return _question(ja, en, *why, Facet.SENDER, Facet.SPREAD)


def _profile(facts: MailFacts) -> Question | None:
    if facts.recipient_people:
        return None
    ja, en = "主題が受信者の職務に合うか", "whether the theme suits the recipient's work"
    why = "受信者が組織のプロファイルにない", "no recipient is in the organisation's profile"
    return _question(ja, en, *why)


def _authentication(facts: MailFacts) -> Question | None:
    ja, en = "差出人のドメインが認証されたか", "whether the sender's domain was authenticated"
    open_ = [one for one in facts.signatures if one.outcome in {Outcome.NO_KEY, Outcome.UNUSABLE}]
    if facts.authentication or len(open_) < len(facts.signatures):
        return _signatures(open_) if facts.contents.keys and open_ else None
    if open_:
        why_ja, why_en = _why(open_)
        why = f"結果の記録がなく、{why_ja}", f"no result is recorded, and {why_en}"
    else:
        why = _no_result(facts)
    return _question(ja, en, *why, Facet.SENDER)


def _no_result(facts: MailFacts) -> tuple[str, str]:
    """Why no result counts: none is there, or one that the sender may have written himself."""
    if facts.mail.first("authentication-results") or facts.mail.first("arc-authentication-results"):
        return (
            "記録はあるが、受信側のサーバが書いたものと確かめられない",
            "what is recorded may be the sender's own: it does not stand where the receiving server writes",
        )
    return "SPF・DKIM・DMARC の結果が記録されていない", "no result of SPF, DKIM or DMARC is recorded"


def _signatures(open_: list[DkimSignature]) -> Question:
    """Where keys are given: signatures that could not be verified all the same."""
    return _question("DKIM 署名が合うか", "whether the DKIM signature holds", *_why(open_))


def _why(open_: list[DkimSignature]) -> tuple[str, str]:
    names = ", ".join(one.key_name for one in open_ if one.outcome is Outcome.NO_KEY)[:_NAMED]
    if names:
        return f"DKIM 署名の鍵 {names} が与えられていない", f"the key {names} of the DKIM signature is not given"
    return "DKIM 署名かその鍵が使えない(壊れているか、弱すぎる)", "the DKIM signature or its key is broken or too weak"


def _files(facts: MailFacts) -> Question | None:
    locked = [file for file in facts.files if file.encrypted and not file.is_opened]
    if not locked:
        return None
    ja, en = "暗号化された添付ファイルの中身", "what the encrypted attachment holds"
    why = (
        "保管中のメールに開くパスワードがなく、名前だけで判定した（`sekimori mail unlock --password` で与えられる）",
        "no stored mail tells a password that opens it: its names alone are judged; `mail unlock --password` takes one",
    )
    return _question(ja, en, *why, Facet.FILE)


def _unread(facts: MailFacts) -> Question | None:
    reasons = facts.contents.unread
    if not reasons:
        return None
    ja = "書庫・メール・文書の中の読めなかったファイルが何か"
    en = "what the files in archives, mails and documents are that could not be read"
    why_ja = f"壊れているか、開く限度を超える({len(reasons)} 件)"
    why_en = f"they are broken, or beyond what is opened ({len(reasons)}): {reasons[0]}"
    return _question(ja, en, why_ja, why_en, Facet.FILE)


def _rest(facts: MailFacts) -> Question | None:
    if not facts.contents.is_cut:
        return None
    ja, en = "本文の残りに何が書かれているか", "what the rest of the body says"
    why = f"本文は {BODY_CHARACTERS:,} 文字まで判定する", f"the body is judged up to {BODY_CHARACTERS:,} characters"
    return _question(ja, en, *why, Facet.THEME, Facet.FILE)


def _pictures(facts: MailFacts) -> Question | None:
    if not (count := facts.contents.unseen_pictures):
        return None
    ja, en = "画像や PDF に QR コードがあるか", "whether pictures and PDFs hold QR codes"
    why = (
        f"大きすぎる、多すぎる、または描けないため見ていない({count} 件)",
        f"{count} are too large, too many, or cannot be drawn",
    )
    return _question(ja, en, *why)
