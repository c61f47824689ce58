"""How well mails are judged: real bulk mails, phishing, spam and ham, and an invented set of targeted mails.

Labels that leak are taken out first: fields and subject tags of spam filters, and whatever a mailing list adds (its
fields, tag, footer, and the "via" form of From, undone from Reply-To where it stands). Names of files and folders are
never seen. All real mails of the evaluation are added to one workspace, good and bad alike, without regard to the set
that a mail is from, and each is judged with the history that the program itself finds there.

The invented set (`benchmarks/data/targeted/mails.yaml`) was written without sight of the rules: lists of entries with
`id`, `kind` (`targeted`, or `twin`: same theme and form, honest sender), `eml`, `history` (earlier mails of the
organisation) and `profile`. `honest.yaml` beside it has strangers on free mail and partners on a journey (`honest`),
written by who knew the rules: it shows what such people are called, and is reported apart.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from benchmarks.harness import ROOT, Row, accuracy
from sekimori.app.adding import add_evidence
from sekimori.app.mail_history import MailHistory
from sekimori.model.organisation import Partner, Person, Profile
from sekimori.model.triage import Triage, Verdict
from sekimori.store.workspace import Workspace
from sekimori.triage.facts import facts_of, registered
from sekimori.triage.history import EARLIER, history_of
from sekimori.triage.judging import judge
from sekimori.values import mail_address
from sekimori.values.errors import InvalidValue

__all__ = ["invented", "judging", "unlabelled"]

MAIL = ROOT / "build/data/mail"
INVENTED = ROOT / "benchmarks/data/targeted"
TODAY = date(2026, 1, 1)
_SETS = {
    "japanese-bulk": ("japanese-bulk",),
    "phishing": ("phishing",),
    "spam": ("spamassassin/spam-1", "spamassassin/spam-2"),
    "ham": ("spamassassin/easy-ham-1", "spamassassin/easy-ham-2", "spamassassin/hard-ham-1"),
}
_LEAKING = re.compile(
    rb"(?i)(?:x-spam|x-va-spam|x-bogosity|x-barracuda|x-helo-check|x-content-filtered|x-ms-exchange-organization-scl"
    rb"|x-microsoft-antispam|x-forefront|x-sid|x-ms-exchange-antispam|spamdiagnostic|list-|x-beenthere|x-mailman"
    rb"|precedence|errors-to|x-headers-end|x-loop|delivered-to|x-original-to|sender:)"
)
_TAG = re.compile(rb"\[(?:SPAM|Osst-users|V9fs-developer|[A-Za-z0-9_.-]{2,30})\]\s*|(?i:\*{3,}SPAM\*{3,}\s*)")
_VIA = re.compile(rb"(?i)\s+via\s+[A-Za-z0-9_. -]{2,30}(?=\"?\s*<)")
_ENCODED_VIA = re.compile(rb"(?i)\?=\s+via\s+[A-Za-z0-9_.-]{2,30}")
_FOOTER = re.compile(rb"\r?\n_{30,}\r?\n[^\n]{1,200}mailing list(?:.|\n){0,600}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail of a real set."""

    set: str
    path: Path
    sha256: str


def unlabelled(data: bytes) -> bytes:
    """A mail without what tells which set it is from."""
    head, separator, body = _split(data)
    fields = re.split(rb"\r?\n(?![ \t])", head)
    answers = next((field for field in fields if field.lower().startswith(b"reply-to:")), b"")
    kept = []
    for field in fields:
        lower = field[:16].lower()
        if lower.startswith(b"subject:"):
            kept.append(_TAG.sub(b"", field))
        elif lower.startswith(b"from:") and (b"lists.sourceforge.net" in field or b" via " in field):
            kept.append(_sender(field, answers))
        elif not _LEAKING.match(field):
            kept.append(field)
    return b"\n".join(kept) + separator + _FOOTER.sub(b"\n", body)


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"\r?\n\r?\n", data)
    return (data[: found.start()], found[0], data[found.end() :]) if found else (data, b"\n\n", b"")


def _sender(field: bytes, answers: bytes) -> bytes:
    """From as it was before a list rewrote it: its own name, and the address in Reply-To."""
    plain = _VIA.sub(b"", _ENCODED_VIA.sub(b"?=", field))
    address = re.search(rb"<?([^\s<>:]+@[^\s<>]+?)>?\s*$", answers)
    if address and b"lists.sourceforge.net" not in address[1]:
        plain = re.sub(rb"[^\s<>]+@lists\.sourceforge\.net", address[1].replace(b"\\", b""), plain)
    return plain


def judging() -> Iterator[Row]:
    """Rows with 95 % intervals; the sets that are there."""
    if MAIL.is_dir():
        yield from _real()
    yield from _invented()


def _real() -> Iterator[Row]:
    verdicts: dict[str, Counter[Verdict]] = {name: Counter() for name in _SETS}
    with tempfile.TemporaryDirectory() as folder:
        samples = [one for name, folders in _SETS.items() for one in _samples(name, folders, Path(folder) / "mails")]
        for sample, triage in _triaged(samples, Path(folder) / "workspace"):
            verdicts[sample.set][triage.verdict] += 1
    every: Counter[Verdict] = sum(verdicts.values(), Counter())
    yield accuracy("real mails called targeted", every[Verdict.TARGETED], every.total(), bar="<= 0.01")
    for name, counts in verdicts.items():
        yield accuracy(f"{name}: called targeted", counts[Verdict.TARGETED], counts.total(), bar="<= 0.01")
    bulk = verdicts["japanese-bulk"]
    yield accuracy("japanese-bulk: called bulk", bulk[Verdict.BULK], bulk.total(), bar=">= 0.9")
    ham = verdicts["ham"]
    yield accuracy("ham: called bulk", ham[Verdict.BULK], ham.total(), bar="<= 0.05")
    for name in ("phishing", "spam"):
        counts = verdicts[name]
        yield accuracy(f"{name}: called bulk", counts[Verdict.BULK], counts.total())
    for name, counts in verdicts.items():
        yield accuracy(f"{name}: called business e-mail compromise", counts[Verdict.BEC], counts.total())
        yield accuracy(f"{name}: cannot tell", counts[Verdict.UNKNOWN], counts.total())


def _samples(name: str, folders: Iterable[str], into: Path) -> Iterator[Sample]:
    """The mails of a set, without their labels, written `into` a folder."""
    into.mkdir(exist_ok=True)
    files = sorted(path for folder in folders for path in (MAIL / folder).rglob("*") if path.is_file())
    for number, path in enumerate(files):
        data = unlabelled(path.read_bytes())
        copy = into / f"{name}-{number}.eml"
        copy.write_bytes(data)
        yield Sample(name, copy, sha256(data).hexdigest())


def _triaged(samples: Iterable[Sample], folder: Path) -> Iterator[tuple[Sample, Triage]]:
    """Every mail as the program judges it where all of them are stored."""
    kept = list(samples)
    with Workspace.create(folder, by="evaluation") as workspace:
        organisation = workspace.organisation()
        add_evidence(workspace, organisation, [sample.path for sample in kept], by="evaluation")
        with MailHistory(workspace, organisation) as stored:
            for sample in kept:
                facts = facts_of(sample.path.read_bytes())
                history = stored.around(facts, sample.sha256)
                yield sample, judge(replace(facts, history=history), today=TODAY)


def _invented() -> Iterator[Row]:
    verdicts: dict[str, Counter[Verdict]] = {kind: Counter() for kind in ("targeted", "twin", "honest")}
    for kind, _, triage in invented():
        verdicts[kind][triage.verdict] += 1
    if not any(verdicts.values()):
        return
    targeted, twins, honest = verdicts["targeted"], verdicts["twin"], verdicts["honest"]
    yield accuracy(
        "invented targeted mails: called targeted", targeted[Verdict.TARGETED], targeted.total(), bar=">= 0.9"
    )
    yield accuracy("invented twins: called targeted", twins[Verdict.TARGETED], twins.total(), bar="<= 0.1")
    yield accuracy("invented targeted mails: cannot tell", targeted[Verdict.UNKNOWN], targeted.total())
    for verdict, said in ((Verdict.TARGETED, "called targeted"), (Verdict.UNKNOWN, "cannot tell")):
        yield accuracy(f"honest strangers and travellers, not blind: {said}", honest[verdict], honest.total())


def invented(folder: Path = INVENTED) -> Iterator[tuple[str, str, Triage]]:
    """Kind, id and judgement of every invented mail."""
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            yield str(entry["kind"]), str(entry["id"]), _judged(entry)


def _judged(entry: dict[str, Any]) -> Triage:
    profile = _profile(entry.get("profile") or {})
    facts = facts_of(_bytes(entry["eml"]), profile)
    earlier = [facts_of(_bytes(text), profile) for text in entry.get("history") or []]
    if earlier:
        traces = [one.trace(f"history {number}") for number, one in enumerate(earlier)]
        own = facts.trace("own")
        domains = Counter(
            registered(one.address.rpartition("@")[2])
            for one in traces
            if own.time is None or (one.time and one.time <= own.time - EARLIER)
        )
        facts = replace(facts, history=history_of(own, traces, domains))
    return judge(facts, today=TODAY)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _profile(content: dict[str, Any]) -> Profile:
    people = tuple(
        Person(
            name=str(one.get("name", "")),
            addresses=tuple(_normal(value) for value in one.get("addresses") or []),
            department=str(one.get("department") or ""),
            role=str(one.get("role") or ""),
            vip=bool(one.get("vip")),
        )
        for one in content.get("people") or []
    )
    partners = tuple(
        Partner(name=str(one.get("name", "")), domains=tuple(one.get("domains") or []))
        for one in content.get("partners") or []
    )
    return Profile(domains=tuple(content.get("domains") or []), partners=partners, people=people)


def _normal(text: str) -> str:
    try:
        return mail_address.normal(str(text))
    except InvalidValue:
        return str(text)
