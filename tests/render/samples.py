"""A realistic report to render: an invented institute, an invented campaign."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sekimori.model.indicator import Marking, MatchMode
from sekimori.model.kinds import AREAS
from sekimori.model.match import Answer, Answered, Coverage
from sekimori.model.place import Place, Statement
from sekimori.model.proposal import Proposal
from sekimori.model.report import (
    AffectedHost,
    AffectedPerson,
    ArchiveMember,
    Attachment,
    CaseReport,
    CoveringWork,
    Hop,
    IndicatorRow,
    Involvement,
    Lane,
    MailSummary,
    OnwardLogon,
    Origin,
    SightingRow,
    TimelinePoint,
    Unsearchable,
    sentence,
)
from sekimori.model.role import Role
from sekimori.values.types import ObservableType as T

_RECORDS = {"mail": 4321, "network": 284_903, "endpoint": 61_220, "administration": 41}
_SPANS = {
    "mail": (datetime(2026, 8, 31, 15, 2, tzinfo=UTC), datetime(2026, 9, 30, 9, 51, tzinfo=UTC)),
    "network": (datetime(2026, 8, 31, 15, 0, tzinfo=UTC), datetime(2026, 9, 30, 14, 59, tzinfo=UTC)),
    "endpoint": (datetime(2026, 9, 10, 0, 12, tzinfo=UTC), datetime(2026, 9, 30, 8, 40, tzinfo=UTC)),
    "administration": (datetime(2026, 9, 1, 0, 0, tzinfo=UTC), datetime(2026, 9, 30, 9, 0, tzinfo=UTC)),
}
_GAP = "no records on 2026-09-19, 2026-09-20"


def _at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of September 2026, given in Japan's."""
    return datetime(2026, 9, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=9)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def origin_of(evidence: str, line: int, excerpt: str) -> Origin:
    place = Place(line=line, offset=line * 181, length=len(excerpt.encode("utf-8", "surrogatepass")))
    return Origin(evidence=evidence, sha256=_digest(evidence), place=place, excerpt=excerpt)


def _answers(indicator: str, **counts: int | None) -> tuple[Answered, ...]:
    """An answer for each area: so many records, 0 for not seen, None for cannot tell."""
    answers = []
    for area in AREAS:
        if area == "administration" and area not in counts:
            continue  # few indicators can stand in a work record
        count = counts.get(area, 0)
        first, last = _SPANS[area] if count is not None else (None, None)
        answer = {None: Answer.CANNOT_TELL, 0: Answer.NOT_SEEN}.get(count, Answer.SEEN)
        reasons = (_GAP,) if area == "network" and answer is Answer.NOT_SEEN else ()
        if answer is Answer.CANNOT_TELL:
            reasons = ("the one attachment that could hold it is encrypted",)
        records = _RECORDS[area] if count is not None else 0
        answers.append(
            Answered(
                indicator=indicator,
                area=area,
                answer=answer,
                count=count or 0,
                records=records,
                first=first,
                last=last,
                reasons=reasons,
            )
        )
    return tuple(answers)


def _indicator(
    number: int, type_: T, mode: MatchMode, pattern: str, reason: str, origin: str, answers: tuple[Answered, ...]
) -> IndicatorRow:
    return IndicatorRow(
        id=f"i-{number:016x}",
        type=type_,
        mode=mode,
        pattern=pattern,
        proposal=Proposal.HUNT if answers else Proposal.WELL_KNOWN,
        reason=reason,
        origin=origin,
        confidence=80 if answers else 20,
        marking=Marking.AMBER,
        answers=answers,
    )


def _indicators() -> tuple[IndicatorRow, ...]:
    work: dict[str, int | None] = {"administration": 0}
    found: list[tuple[T, MatchMode, str, str, dict[str, int | None]]] = [
        (T.MAIL_ADDRESS, MatchMode.EQUAL, "hayashi.seiichi@freemail.example", "From", {"mail": 4}),
        (T.DOMAIN, MatchMode.BELOW, "update-energy.example", "URL", {"mail": 4, "network": 37, "endpoint": 2, **work}),
        (T.ADDRESS, MatchMode.EQUAL, "203.0.113.77", "Received", {"network": 12, **work}),
        (
            T.URL,
            MatchMode.URL_PREFIX,
            "http://cdn.update-energy.example/news/",
            "URL",
            {"mail": 3, "network": 9, **work},
        ),
        (T.FILE_NAME, MatchMode.EQUAL, "講演依頼書.zip", "attachment", {"mail": 4}),
        (T.HASH, MatchMode.EQUAL, _digest("zip"), "attachment", {"mail": 4, "endpoint": 1}),
        (T.HASH, MatchMode.EQUAL, _digest("inside"), "archive member", {"mail": None}),
        (T.SUBJECT, MatchMode.EQUAL, "エネルギー安全保障研究会 ご講演のお願い", "Subject", {"mail": 4}),
    ]
    rows = [
        _indicator(number, type_, mode, pattern, "stands in the mail", place, _answers(f"i-{number:016x}", **counts))
        for number, (type_, mode, pattern, place, counts) in enumerate(found, 1)
    ]
    shared = "shared by too many to tell anything"
    rows.append(_indicator(9, T.DOMAIN, MatchMode.BELOW, "freemail.example", shared, "From", ()))
    return tuple(rows)


def _sighting(
    number: int,
    indicator: int,
    about: tuple[T, str, str, str, Role],
    facts: tuple[int, datetime, datetime],
    *places: Origin,
) -> SightingRow:
    type_, value, kind, field, role = about
    count, first, last = facts
    clause = f"{value} is the same"
    if value.endswith(".update-energy.example"):
        clause = f"{value} ends with the labels update-energy.example"
    hosts = () if kind in ("message", "attachment") else ("PC-014", "PC-022")[: 1 + number % 2]
    return SightingRow(
        id=f"s-{number:012x}",
        indicator=f"i-{indicator:016x}",
        type=type_,
        value=value,
        kind=kind,
        field=field,
        role=role,
        clause=clause,
        count=count,
        first=first,
        last=last,
        hosts=hosts,
        users=("tanaka@example.jp", "sato@example.jp") if not hosts else (),
        origins=places,
    )


def _sightings() -> tuple[SightingRow, ...]:
    mails = (4, _at(14, 9, 12, 5), _at(14, 9, 14, 40))
    mail = origin_of("mail/2026-09.mbox", 1181, "From: =?utf-8?B?5p6X44CA6Kqg5LiA?= <hayashi.seiichi@freemail.example>")
    squid = origin_of(
        "proxy/access-20260914.log.gz",
        20_417,
        "1789345511.482    311 10.20.1.14 TCP_MISS/200 48211 GET http://cdn.update-energy.example/news/a.php?id=PC-014"
        " tanaka HIER_DIRECT/203.0.113.77 application/octet-stream",
    )
    dns = origin_of(
        "zeek/dns.log",
        99_120,
        "1789345511.402113\tCq1\t10.20.1.14\t53122\t10.20.0.2\t53\tudp\tcdn.update-energy.example",
    )
    event = origin_of(
        "PC-014/Security.evtx", 88_213, '<Data Name="CommandLine">rundll32.exe C:\\ProgramData\\upd\\u.dat,Start</Data>'
    )
    low, high = "cdn.update-energy.example", "www.update-energy.example"
    return (
        _sighting(
            1,
            1,
            (T.MAIL_ADDRESS, "hayashi.seiichi@freemail.example", "message", "email_from_address", Role.SENDER),
            mails,
            mail,
        ),
        _sighting(2, 2, (T.DOMAIN, low, "message", "url_domain", Role.CONTENT), mails, mail),
        _sighting(
            3,
            2,
            (T.DOMAIN, low, "network", "url_domain", Role.DESTINATION),
            (21, _at(14, 9, 45, 11), _at(28, 3, 10)),
            squid,
        ),
        _sighting(
            4, 2, (T.DOMAIN, high, "network", "url_domain", Role.DESTINATION), (4, _at(15, 2, 1), _at(28, 3, 11)), squid
        ),
        _sighting(
            5,
            2,
            (T.DOMAIN, low, "network", "dns_question_name", Role.DESTINATION),
            (12, _at(14, 9, 45, 11), _at(28, 3, 9)),
            dns,
        ),
        _sighting(
            6,
            3,
            (T.ADDRESS, "203.0.113.77", "network", "destination_ip", Role.DESTINATION),
            (12, _at(14, 9, 45, 11), _at(28, 3, 10)),
            squid,
        ),
        _sighting(
            7,
            4,
            (
                T.URL,
                "http://cdn.update-energy.example/news/a.php?id=PC-014",
                "network",
                "url_original",
                Role.DESTINATION,
            ),
            (9, _at(14, 9, 45), _at(28, 3)),
            squid,
        ),
        _sighting(8, 5, (T.FILE_NAME, "講演依頼書.zip", "attachment", "file_name", Role.ATTACHMENT), mails, mail),
        _sighting(9, 6, (T.HASH, _digest("zip"), "attachment", "hash_sha256", Role.ATTACHMENT), mails, mail),
        _sighting(
            10,
            6,
            (T.HASH, _digest("zip"), "event", "hash_value", Role.TRACE),
            (1, _at(14, 9, 40, 2), _at(14, 9, 40, 2)),
            event,
        ),
        _sighting(
            11,
            8,
            (T.SUBJECT, "エネルギー安全保障研究会 ご講演のお願い", "message", "email_subject", Role.CONTENT),
            mails,
            mail,
        ),
        _sighting(
            12, 2, (T.DOMAIN, low, "event", "text_domain", Role.TRACE), (2, _at(14, 9, 45, 9), _at(15, 2)), event
        ),
    )


def _mail() -> MailSummary:
    member = ArchiveMember(name="講演依頼書.exe", size=148_992, sha256="", encrypted=True)
    return MailSummary(
        from_name="林　誠一",
        from_address="hayashi.seiichi@freemail.example",
        reply_to=("hayashi.office@post.example",),
        to=("tanaka@example.jp",),
        cc=("sato@example.jp", "suzuki@example.jp"),
        subject="エネルギー安全保障研究会 ご講演のお願い",
        date=_at(14, 9, 12, 5),
        utc_offset="+0800",
        hops=(
            Hop(name="mx.example.jp", address="198.51.100.25", time=_at(14, 9, 12, 31)),
            Hop(name="out4.freemail.example", address="203.0.113.40", time=_at(14, 9, 12, 9)),
            Hop(name="", address="203.0.113.77", time=None),
        ),
        attachments=(
            Attachment(name="講演依頼書.zip", size=151_402, sha256=_digest("zip"), encrypted=True, members=(member,)),
            Attachment(name="会場案内.pdf", size=88_120, sha256=_digest("pdf")),
        ),
        body=(
            "田中　様\n\n突然のご連絡失礼いたします。研究会事務局の林と申します。\n"
            "来月の研究会にて、ご講演を賜りたく存じます。\n"
            "詳細は http://cdn.update-energy.example/news/ および添付をご覧ください。\n"
            "パスワードは別便にてお送りいたします。\n\n林　誠一"
        ),
        message_id="20260914001205.7f3a@freemail.example",
        evidence="suspicious.eml",
        sha256=_digest("suspicious.eml"),
        statements=(Statement("character set", "iso-2022-jp"), Statement("time zone", "+0800, from the Date header")),
    )


def _people() -> tuple[AffectedPerson, ...]:
    known = [
        ("tanaka@example.jp", "田中 弘", "エネルギー政策部", "部長", True, "PC-014"),
        ("sato@example.jp", "佐藤 美咲", "エネルギー政策部", "主任研究員", False, "PC-022"),
        ("suzuki@example.jp", "鈴木 一郎", "総務部", "", False, "PC-031"),
        ("kenkyu@example.jp", "", "", "", False, ""),
    ]
    what = [
        (Involvement.RECEIVED, Involvement.REPLIED, Involvement.CONTACTED, Involvement.TRACE),
        (Involvement.RECEIVED, Involvement.CONTACTED),
        (Involvement.RECEIVED,),
        (Involvement.RECEIVED,),
    ]
    return tuple(
        AffectedPerson(
            address=address,
            name=name,
            department=department,
            role=role,
            vip=vip,
            what=involved,
            first=_at(14, 9, 12),
            last=_at(14, 9, 14) if len(involved) == 1 else _at(28, 3, 11),
            host=host,
        )
        for (address, name, department, role, vip, host), involved in zip(known, what, strict=True)
    )


def _hosts() -> tuple[AffectedHost, ...]:
    both, contacted = (Involvement.CONTACTED, Involvement.TRACE), (Involvement.CONTACTED,)
    first, last, other = _at(14, 9, 40, 2), _at(28, 3, 11), _at(15, 10, 2)
    return (
        AffectedHost(name="PC-014", address="10.20.1.14", user="tanaka", what=both, first=first, last=last, count=31),
        AffectedHost(name="", address="10.20.1.22", what=contacted, first=other, last=_at(15, 10, 5), count=6),
    )


def _logons() -> tuple[OnwardLogon, ...]:
    def logon(day: int, hour: int, to: str, line: int, work: CoveringWork | None = None) -> OnwardLogon:
        return OnwardLogon(
            time=_at(day, hour, 17, 43),
            from_host="PC-014",
            from_address="10.20.1.14",
            to_host=to,
            account="EXAMPLE\\svc-backup",
            logon_type=10,
            origin=origin_of(f"{to}/Security.evtx", line, ""),
            work=work,
        )

    work = CoveringWork(
        person="高橋 健",
        start=_at(16, 13),
        end=_at(16, 15),
        text="ファイルサーバの月次点検（申請 2026-0916）",
        origin=origin_of("work/2026-09.xlsx", 17, ""),
    )
    return (logon(16, 13, "FS-01", 40_112, work), logon(17, 2, "FS-01", 41_907), logon(17, 3, "DC-01", 120_551))


def _timeline() -> tuple[TimelinePoint, ...]:
    said = [
        (_at(14, 9, 12, 5), Lane.MAIL, "講演依頼のメールが4人に届く", 4, 1),
        (_at(14, 9, 31), Lane.MAIL, "パスワードのメール", 4, 0),
        (_at(14, 9, 40, 2), Lane.ENDPOINT, "添付の展開", 1, 10),
        (_at(14, 9, 45, 11), Lane.NETWORK, "cdn.update-energy.example", 21, 3),
        (_at(14, 9, 45, 9), Lane.ENDPOINT, "rundll32.exe", 2, 12),
        (_at(15, 2, 1), Lane.NETWORK, "www.update-energy.example", 4, 4),
        (_at(15, 10, 2), Lane.NETWORK, "10.20.1.22 → 203.0.113.77", 6, 6),
        (_at(16, 13), Lane.WORK, "月次点検 13:00–15:00", 1, 0),
        (_at(16, 13, 17, 43), Lane.LOGON, "PC-014 → FS-01", 1, 0),
        (_at(17, 2, 17, 43), Lane.LOGON, "PC-014 → FS-01", 1, 0),
        (_at(17, 3, 17, 43), Lane.LOGON, "PC-014 → DC-01", 1, 0),
        (_at(28, 3, 10), Lane.NETWORK, "cdn.update-energy.example", 9, 3),
    ]
    return tuple(
        TimelinePoint(time=time, lane=lane, label=label, count=count, sighting=f"s-{number:012x}" if number else "")
        for time, lane, label, count, number in said
    )


def _coverage() -> tuple[Coverage, ...]:
    unread = {"mail": {"the message ends within its header": 2}, "network": {"no time in the line": 118}}
    return tuple(
        Coverage(
            area=area,
            records=_RECORDS[area],
            sources={"mail": 3, "network": 62, "endpoint": 9, "administration": 1}[area],
            first=_SPANS[area][0],
            last=_SPANS[area][1],
            unread=unread.get(area, {}),
            encrypted=1 if area == "mail" else 0,
            gaps=("2026-09-19", "2026-09-20") if area == "network" else (),
        )
        for area in AREAS
    )


def build_report() -> CaseReport:
    """The realistic report: 9 indicators (8 of them hunted), 12 sightings."""
    return CaseReport(
        case="C-0007",
        title="エネルギー安全保障研究会 ご講演のお願い",
        organisation="一般財団法人 例示エネルギー研究所",
        made_at=datetime(2026, 9, 30, 15, 30, tzinfo=UTC),
        time_zone="Asia/Tokyo",
        by="yamada",
        program_version="0.1.0",
        marking=Marking.AMBER_STRICT,
        mail=_mail(),
        indicators=_indicators(),
        coverage=_coverage(),
        sightings=_sightings(),
        people=_people(),
        hosts=_hosts(),
        timeline=_timeline(),
        logons=_logons(),
        unsearchable=(
            Unsearchable(
                area="mail", evidence="suspicious.eml!講演依頼書.zip", reason="encrypted: the password is not known"
            ),
            Unsearchable(area="endpoint", evidence="PC-031/Security.evtx", reason="not collected"),
        ),
        next_steps=(
            sentence("Take {host} off the network and keep its memory and disk.", host="PC-014"),
            sentence("Ask {person} for the password mail; with it the archive can be read.", person="田中 弘"),
            sentence("Collect the events of {host}: it got the mail and nothing of it was searched.", host="PC-031"),
        ),
    )
