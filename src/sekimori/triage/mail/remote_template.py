"""A document that loads its template from elsewhere."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["RemoteTemplate"]

import io
import re

from sekimori.formats.archive import ArchiveMember, Limits, members

_RELATIONSHIP = re.compile(rb"""<Relationship\b(?:[^<>"']++|"[^<"]*+"|'[^<']*+')*+>""", re.IGNORECASE)
_KIND = re.compile(rb"attachedTemplate|oleObject|frame", re.IGNORECASE)
_OUTER = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']((?:https?:|\\\\|file:)[^"']{1,500})""", re.IGNORECASE)
_LIMITS = Limits(members=200, member_bytes=1 << 20, total_bytes=16 << 20)


class RemoteTemplate(Rule):
    """An outer relationship to a template, object or frame."""

    name = "file.remote_template"
    title = Bilingual("外部テンプレートの読み込み", "A template loaded from elsewhere")
    why = Bilingual(
        "文書にマクロがなくても、開いたときに攻撃者のサーバからテンプレートを読み込む。",
        "Without any macro in it, it loads one from the attacker's server when opened.",
    )
    reference = "MITRE ATT&CK T1221 (Template Injection)"
    facet = Facet.FILE
    weights = points(targeted=40, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Relationships of a ZIP document, and the template group of RTF."""
        for file in facts.files:
            if target := _template(file.data or b"", file.name):
                ja, en = f"「{cut(file.name)}」が {cut(target)} を読み込む", f"“{cut(file.name)}” loads {cut(target)}"
                yield self.found(facts.file(file), ja=ja, en=en)


def _template(data: bytes, name: str) -> str:
    if data.startswith(b"{\\rt"):
        found = re.search(rb"\\\*\\template\s+((?:https?:|\\\\)[^}\s]{3,500})", data[: 4 << 20])
        return found[1].decode("utf-8", "replace") if found else ""
    if not data.startswith(b"PK") or b"_rels/" not in data:
        return ""
    for member in members(io.BytesIO(data), name, _LIMITS):
        is_relations = isinstance(member, ArchiveMember) and member.name.endswith(".rels")
        if is_relations and isinstance(member, ArchiveMember) and (target := _outer(member.data or b"")):
            return target
    return ""


def _outer(relations: bytes) -> str:
    """The first target outside that is a template, object or frame."""
    for one in _RELATIONSHIP.finditer(relations):
        tag = one.group()
        if _KIND.search(tag) and _OUTER.search(tag) and (found := _TARGET.search(tag)):
            return found[1].decode("utf-8", "replace")
    return ""
