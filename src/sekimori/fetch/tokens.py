"""Access tokens for Graph, by MSAL: of an application with a secret, or of a person with a device code."""

import ssl
from collections.abc import Callable
from typing import Any

import httpx

from sekimori.fetch.graph import GraphError
from sekimori.model.report import N_

__all__ = ["AUTHORITY", "application_token", "device_token"]

AUTHORITY = "https://login.microsoftonline.com"


def application_token(
    tenant: str, client: str, secret: str, *, resource: str, authority: str, ca_file: str | None = None
) -> Callable[[], str]:
    """Gives tokens of an application that an administrator allowed `Mail.Read` and `User.Read.All`."""
    made: list[Any] = []

    def token() -> str:
        if not made:
            import msal  # noqa: PLC0415 slow to import

            made.append(
                msal.ConfidentialClientApplication(
                    client, client_credential=secret, **_where(tenant, authority, ca_file)
                )
            )
        return _token(made[0].acquire_token_for_client(scopes=[f"{resource}/.default"]))

    return _told(token)


def device_token(
    tenant: str, client: str, *, resource: str, authority: str, tell: Callable[[str], None], ca_file: str | None = None
) -> Callable[[], str]:
    """Gives tokens of a person, who is told by `tell` where to enter a code."""
    made: list[Any] = []

    def token() -> str:
        scopes = [f"{resource}/Mail.Read", f"{resource}/User.Read"]
        if not made:
            import msal  # noqa: PLC0415 slow to import

            made.append(msal.PublicClientApplication(client, **_where(tenant, authority, ca_file)))
        app = made[0]
        for account in app.get_accounts():
            if found := app.acquire_token_silent(scopes, account=account):
                return _token(found)
        flow = app.initiate_device_flow(scopes=scopes)
        if "message" not in flow:
            return _token(flow)
        tell(str(flow["message"]))
        return _token(app.acquire_token_by_device_flow(flow))

    return _told(token)


def _where(tenant: str, authority: str, ca_file: str | None) -> dict[str, Any]:
    """Where to sign in: at the server that was named, and nobody else is asked about it."""
    return {
        "authority": f"{authority.rstrip('/')}/{tenant}",
        "instance_discovery": False,
        "http_client": httpx.Client(
            timeout=60.0,
            verify=ssl.create_default_context(cafile=ca_file),
            limits=httpx.Limits(max_keepalive_connections=0),
        ),
    }


def _told(token: Callable[[], str]) -> Callable[[], str]:
    """The same, with what MSAL and its connection raise as GraphError."""

    def told() -> str:
        try:
            return token()
        except (httpx.HTTPError, OSError, ValueError) as error:
            text = " ".join(str(error).split())[:300]
            raise GraphError(N_("the server refused the login: {error}").format(error=text), 403) from error

    return told


def _token(answer: dict[str, Any]) -> str:
    if not answer.get("access_token"):
        text = str(answer.get("error_description") or answer.get("error") or "")[:300]
        raise GraphError(N_("the server refused the login: {error}").format(error=text), 403)
    return str(answer["access_token"])
