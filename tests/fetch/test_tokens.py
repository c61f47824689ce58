"""Tokens from a login server of the tests' own: the one that is named, and only with a certificate that is trusted."""

import json
from pathlib import Path

import pytest

from sekimori.fetch.graph import GraphError
from sekimori.fetch.tokens import application_token, device_token
from tests.fetch.office import Failure, Office, serving
from tests.fetch.speaking import presenting

RESOURCE = "https://graph.example"


def login_server(office: Office, token: dict[str, object]) -> str:
    """Let the server give a token; where to sign in."""
    root = f"https://127.0.0.1:{office.port}"
    places = {"authorization": "/t/authorize", "token": "/t/token", "device_authorization": "/t/device"}
    found = {"issuer": f"{root}/t/v2.0"} | {f"{name}_endpoint": root + path for name, path in places.items()}
    flow = {"device_code": "d", "user_code": "u", "verification_uri": root, "message": "Enter u", "expires_in": 60}
    for where, answer in [("openid-configuration", found), ("/t/token", token), ("/t/device", flow)]:
        office.failures.append(Failure(where, 200, json.dumps(answer).encode(), times=100))
    return root


def test_an_application_is_given_a_token_once(certificate: Path) -> None:
    with serving(presenting(certificate)) as office:
        root = login_server(office, {"access_token": "a1", "token_type": "Bearer", "expires_in": 3600})
        token = application_token("t", "c", "s", resource=RESOURCE, authority=root, ca_file=str(certificate))
        assert [token(), token()] == ["a1", "a1"]
        assert office.count("/t/token") == 1


def test_a_person_is_told_where_to_enter_the_code(certificate: Path) -> None:
    told: list[str] = []
    with serving(presenting(certificate)) as office:
        root = login_server(office, {"access_token": "a1", "token_type": "Bearer", "expires_in": 3600})
        token = device_token("t", "c", resource=RESOURCE, authority=root, tell=told.append, ca_file=str(certificate))
        assert (token(), told) == ("a1", ["Enter u"])


def test_a_refusal_is_told(certificate: Path) -> None:
    with serving(presenting(certificate)) as office:
        root = login_server(office, {"error": "invalid_client", "error_description": "the secret is wrong"})
        token = application_token("t", "c", "s", resource=RESOURCE, authority=root, ca_file=str(certificate))
        with pytest.raises(GraphError, match=r"^the server refused the login: the secret is wrong$"):
            token()


def test_a_login_server_that_nobody_vouches_for_gets_no_secret(certificate: Path) -> None:
    with serving(presenting(certificate)) as office:
        token = application_token("t", "c", "s", resource=RESOURCE, authority=f"https://127.0.0.1:{office.port}")
        with pytest.raises(GraphError, match=r"the server refused the login: (?i:.*certificate.verify.failed)"):
            token()
        assert office.asked == []


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(GraphError, match="the server refused the login: "):
        application_token("t", "c", "s", resource=RESOURCE, authority="http://127.0.0.1")()
