"""Logons from affected machines, beside the work records: what `sekimori.admin.onward` needs, from the store."""

from collections.abc import Sequence

from sekimori.admin.onward import REMOTE_INTERACTIVE, Logon, Work, covering, onward, short_name
from sekimori.app.gathering import origin_of
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place
from sekimori.model.report import AffectedHost, CoveringWork, OnwardLogon
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["onward_logons"]

_PLACE = ("source", "offset", "length", "line", "timestamp")
_LOGON = (*_PLACE, "host_name", "user_name", "source_ip", "source_domain", "logon_type", "event_code")
_WORK = (*_PLACE, "person", "user_name", "source_domain", "host_name", "event_end", "time_precision", "work_text")
_LOGGED_ON, _DESKTOP_AUTHENTICATED = 4624, 1149


def onward_logons(
    workspace: Workspace, organisation: Organisation, reading: Reading, hosts: Sequence[AffectedHost]
) -> list[OnwardLogon]:
    """The logons over remote desktop from affected machines after their first trace, with the work that orders them."""
    since = {name: host.first for host in hosts for name in (host.name, host.address) if name and host.first}
    found = onward(_logons(reading, hosts, organisation), since)
    works = _works(reading, organisation) if found else []
    catalogue = Catalogue(workspace, organisation)
    return [_reported(catalogue, logon, covering(logon, works)) for logon in found]


def _logons(reading: Reading, hosts: Sequence[AffectedHost], organisation: Organisation) -> list[Logon]:
    codes = [_LOGGED_ON, _DESKTOP_AUTHENTICATED]
    name_of = organisation.profile.hosts | {host.address: host.name for host in hosts if host.address and host.name}
    addresses = [host.address for host in hosts if host.address]
    rows = reading.records("event", columns=_LOGON, where={"event_code": codes, "source_ip": addresses}).to_pylist()
    return [
        Logon(
            time=row["timestamp"],
            # The WorkstationName of a logon over remote desktop is the machine's own, not the one it comes from.
            host=row["host_name"] or row["source_domain"] or "",
            account=row["user_name"] or "",
            from_address=row["source_ip"],
            from_host=name_of.get(row["source_ip"], ""),
            logon_type=row["logon_type"],
            evidence=row["source"],
            offset=row["offset"],
            length=row["length"],
            line=row["line"],
        )
        for row in rows
        if row["timestamp"] is not None
        and (row["event_code"] == _DESKTOP_AUTHENTICATED or row["logon_type"] == REMOTE_INTERACTIVE)
    ]


def _works(reading: Reading, organisation: Organisation) -> list[Work]:
    names = organisation.profile.hosts
    rows = reading.records("work", columns=_WORK, where={}).to_pylist()
    return [
        Work(
            person=row["person"] or "",
            start=row["timestamp"],
            end=row["event_end"],
            precision=row["time_precision"] or 0,
            accounts=row["user_name"] or (),
            sources=row["source_domain"] or (),
            targets=[names.get(target, target) for target in row["host_name"] or ()],
            text=row["work_text"] or "",
            evidence=row["source"],
            offset=row["offset"],
            length=row["length"],
            line=row["line"],
        )
        for row in rows
        if row["timestamp"] is not None
    ]


def _reported(catalogue: Catalogue, logon: Logon, work: Work | None) -> OnwardLogon:
    return OnwardLogon(
        time=logon.time,
        from_host=short_name(logon.from_host) if logon.from_host else "",
        from_address=logon.from_address,
        to_host=short_name(logon.host),
        account=logon.account,
        logon_type=logon.logon_type,
        origin=origin_of(catalogue, logon.evidence, _place(logon), "event"),
        work=_work(catalogue, work) if work else None,
    )


def _work(catalogue: Catalogue, work: Work) -> CoveringWork:
    origin = origin_of(catalogue, work.evidence, _place(work), "work")
    return CoveringWork(person=work.person, start=work.start, end=work.end, text=work.text, origin=origin)


def _place(one: Logon | Work) -> Place:
    return Place(offset=one.offset, length=one.length, line=one.line)
