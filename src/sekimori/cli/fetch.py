"""`fetch`: mail from an IMAP server or Microsoft 365. The only commands that open connections."""

import getpass
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.fetch_mail import FetchedMail, fetch_mail
from sekimori.cli.exits import Exit
from sekimori.cli.session import Session, command, noun, write_error
from sekimori.fetch.graph import BASE_URL, Graph
from sekimori.fetch.imap import Imap, Login, Security, is_loopback
from sekimori.fetch.protocol import MailServer
from sekimori.fetch.tokens import AUTHORITY, application_token, device_token
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store.errors import Refused

__all__ = ["register"]

_ROWS = 20
_PASSWORD = "SEKIMORI_PASSWORD"  # noqa: S105 the variable's name

_Ca = Annotated[Path | None, typer.Option(help=N_("Certificates to trust instead of the system's (PEM)."))]
_Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help=N_("Only mails received since this day."))]
_Again = Annotated[bool, typer.Option(help=N_("Forget what was fetched before and begin anew."))]
_Strict = Annotated[bool, typer.Option(help=N_("End with code 6 where anything could not be fetched or read."))]
_Users = Annotated[Path | None, typer.Option(help=N_("File with one user a line; else the profile's people."))]
_Secret = Annotated[
    Path | None, typer.Option(help=N_("File with the password; else SEKIMORI_PASSWORD, else you are asked."))
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "fetch", N_("Fetch mail from where it lives: read-only, and only what is new."))
    command(group, "imap", N_("Fetch mail from an IMAP server: one mailbox, or all with an administrator's login."))(
        fetch_imap
    )
    command(group, "graph", N_("Fetch mail from Microsoft 365 through Graph."))(fetch_graph)


def fetch_imap(
    session: Session,
    host: Annotated[str, typer.Option(help=N_("The server."))],
    user: Annotated[str, typer.Option(help=N_("Who logs in: the mailbox's user, or the administrator."))],
    port: Annotated[int, typer.Option(help=N_("Its port; else 993 with TLS and 143 without."))] = 0,
    security: Annotated[Security, typer.Option(help=N_("How the connection is encrypted."))] = Security.TLS,
    login: Annotated[
        Login, typer.Option(help=N_("own: one mailbox; master, plain or shared: all, by an administrator."))
    ] = Login.OWN,
    separator: Annotated[str, typer.Option(help=N_("Between user and administrator, for master."))] = "*",
    users: _Users = None,
    password_file: _Secret = None,
    ca_file: _Ca = None,
    insecure: Annotated[bool, typer.Option(help=N_("Allow an unencrypted connection to another machine."))] = False,
    since: _Since = None,
    again: _Again = False,
    strict: _Strict = False,
) -> None:
    """Fetch from an IMAP server."""
    if security is Security.PLAIN and not (insecure or is_loopback(host)):
        raise Refused(N_("an unencrypted connection to another machine needs --insecure"))
    secret = _secret(password_file)
    with session.open() as (_, organisation):
        whom = [] if login is Login.OWN or (login is Login.SHARED and not users) else _whom(users, organisation)
    server = Imap(
        host=host,
        port=port,
        user=user,
        password=secret,
        security=security,
        login=login,
        separator=separator,
        users=whom,
        ca_file=str(ca_file) if ca_file else None,
    )
    _fetch(session, server, since, again, strict)


def fetch_graph(
    session: Session,
    tenant: Annotated[str, typer.Option(help=N_("The organisation's tenant."))],
    client: Annotated[str, typer.Option(help=N_("The id of the registered application."))],
    own: Annotated[bool, typer.Option(help=N_("Sign in with a device code and fetch one's own mailbox."))] = False,
    users: Annotated[
        Path | None, typer.Option(help=N_("File with one user a line; else all that the directory lists."))
    ] = None,
    secret_file: _Secret = None,
    base_url: Annotated[str, typer.Option(help=N_("Graph's address, for national clouds."))] = BASE_URL,
    authority: Annotated[str, typer.Option(help=N_("Where to sign in, for national clouds."))] = AUTHORITY,
    ca_file: _Ca = None,
    since: _Since = None,
    again: _Again = False,
    strict: _Strict = False,
) -> None:
    """Fetch from Microsoft 365."""
    scheme, _, rest = base_url.partition("://")
    if scheme != "https":
        raise Refused(N_("Graph's address must begin with https://"))
    resource = f"{scheme}://{rest.partition('/')[0]}"
    trusted = str(ca_file) if ca_file else None
    if own:
        token = device_token(tenant, client, resource=resource, authority=authority, tell=write_error, ca_file=trusted)
    else:
        secret = _secret(secret_file)
        token = application_token(tenant, client, secret, resource=resource, authority=authority, ca_file=trusted)
    server = Graph(
        token=token,
        base_url=base_url,
        users=_lines(users) if users else (),
        own=own,
        ca_file=trusted,
    )
    _fetch(session, server, since, again, strict)


def _fetch(session: Session, server: MailServer, since: datetime | None, again: bool, strict: bool) -> None:
    day = since.replace(tzinfo=UTC).date() if since else None
    with session.open() as (workspace, organisation), session.progress() as progress:
        done = fetch_mail(workspace, organisation, server, by=session.by, since=day, again=again, progress=progress)
    session.give(_json(done), lambda: _text(session, done))
    if strict and (done.troubles or done.unread):
        raise typer.Exit(Exit.UNREAD)


def _secret(file: Path | None) -> str:
    """A password from a file, the environment or the terminal: a command line is seen by everybody on the machine."""
    if file:
        return file.read_text("utf-8").rstrip("\r\n")
    if not (known := os.environ.get(_PASSWORD)) and not sys.stdin.isatty():
        raise Refused(N_("there is no password: give --password-file or {variable}").format(variable=_PASSWORD))
    return known or getpass.getpass()


def _lines(file: Path) -> list[str]:
    return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]


def _whom(file: Path | None, organisation: Organisation) -> list[str]:
    people = organisation.profile.people
    found = _lines(file) if file else [name for person in people for name in person.accounts or person.addresses]
    if not found:
        raise Refused(N_("nobody is named whose mailbox to fetch: give --users, or people in the profile"))
    return found


def _json(done: FetchedMail) -> dict[str, object]:
    return {
        "mails": done.mails,
        "bytes": done.bytes,
        "new": done.new,
        "known": done.known,
        "troubles": [{"path": path, "reason": reason} for path, reason in done.troubles],
        "unread": dict(done.unread),
        "new_sightings": done.sightings,
    }


def _text(session: Session, done: FetchedMail) -> str:
    say = session.say
    lines = [
        say(
            N_("Fetched {count} mails ({size} MB): {new} pieces of evidence are new, {known} were known already."),
            count=done.mails,
            size=f"{done.bytes / 1e6:.1f}",
            new=done.new,
            known=done.known,
        )
    ]
    if done.troubles:
        lines.append(say(N_("Not fetched or not read: {count}."), count=len(done.troubles)))
    lines += [
        say(N_("  {path}: {reason}"), path=path, reason=session.words.reason(reason))
        for path, reason in done.troubles[:_ROWS]
    ]
    if len(done.troubles) > _ROWS:
        lines.append(say(N_("… and {count} more"), count=len(done.troubles) - _ROWS))
    lines += [f"  {count} × {session.words.reason(reason)}" for reason, count in done.unread.most_common(_ROWS)]
    lines.append(say(N_("New sightings of known indicators: {count}."), count=done.sightings))
    return "\n".join(lines)
