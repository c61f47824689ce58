"""Charset, language or fonts of a Chinese environment in a Japanese mail."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["ChineseTraces"]

import re

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?(gb2312|gbk|gb18030|big5|hz-gb-2312)", re.IGNORECASE)
_WORD = re.compile(rb"=\?(gb2312|gbk|gb18030|big5)\?", re.IGNORECASE)
_FONT = re.compile(
    r"宋体|微软雅黑|黑体|等线|仿宋|新細明體|微軟正黑體"
    r"|\b(?:SimSun|SimHei|NSimSun|FangSong|KaiTi|DengXian|Microsoft YaHei|PMingLiU|MingLiU)\b|lang=[\"']?zh",
    re.IGNORECASE,
)
_MAILER = re.compile(r"Foxmail|\[cn\]|Coremail|QQMail|aliyun|163\.com", re.IGNORECASE)


class ChineseTraces(Rule):
    """GB or Big5 charsets, Chinese fonts, clients of Chinese makers."""

    name = "body.chinese_traces"
    title = Bilingual("中国語環境の痕跡", "Traces of a Chinese environment")
    why = Bilingual(
        "文字コード・フォント・ソフトの痕跡は書き手の環境を示すだけで、ばらまき型では普通のこと。それだけで標的型とはしない。",
        "Such traces show the writer's environment; bulk mail is full of them, so they never mean espionage alone.",
    )
    reference = "sekimori docs: triage (measured on real bulk mail)"
    facet = Facet.BODY
    weights = points(targeted=5, bulk=12)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Such traces in a mail of Japanese text."""
        if not facts.is_japanese:
            return
        if found := self._header(facts):
            yield found
            return
        for part in facts.mail.parts:
            if part.html is not None and (seen := _FONT.search(part.data[:200_000].decode("utf-8", "ignore"))):
                ja, en = f"フォント・言語の指定: {seen[0]}", f"font or language: {seen[0]}"
                yield self.found(facts.part(part), ja=ja, en=en)
                return

    def _header(self, facts: MailFacts) -> Found | None:
        for name, pattern in (("content-type", _CHARSET), ("subject", _WORD), ("from", _WORD)):
            field = facts.mail.first(name)
            if field and (seen := pattern.search(field.raw)):
                text = seen[1].decode("ascii", "replace")
                return self.found(facts.header(name), ja=f"文字コード {text}", en=f"charset {text}")
        mailer = facts.mail.text("x-mailer") or facts.mail.text("user-agent")
        if _MAILER.search(mailer):
            return self.found(facts.header("x-mailer"), ja=f"ソフト {cut(mailer)}", en=f"client {cut(mailer)}")
        return None
