"""STIX patterns and bundles: what is taken, what is refused and why."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.indicator import Indicator, Marking, RefusedRow
from sekimori.sharing import stix_term
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.sharing.reading import UnknownIndicatorFormat, read_indicators
from sekimori.sharing.stix20 import Stix20
from sekimori.sharing.stix21 import Stix21
from sekimori.sharing.stix_pattern import Comparison, Unsupported, terms
from sekimori.sharing.stix_term import taken_of
from sekimori.sharing.taking import NotTaken
from sekimori.values.errors import InvalidValue

A, B = "a" * 64, "b" * 32


def asked(pattern: str, version: str = "2.1") -> list[tuple[str, str, str] | str]:
    """Type, mode and pattern of each indicator; the reason where there is none."""
    found: list[tuple[str, str, str] | str] = []
    for term in terms(pattern, version):
        if isinstance(term, Unsupported):
            found.append(str(term))
            continue
        try:
            found += [(str(taken.type), str(taken.mode), taken.pattern) for taken in taken_of(term)]
        except (NotTaken, InvalidValue) as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[domain-name:value = 'Evil.example']", [("domain", "equal", "evil.example")]),
        ("[ipv4-addr:value = '203.0.113.9']", [("address", "equal", "203.0.113.9")]),
        ("[ipv4-addr:value = '203.0.113.0/24']", [("address", "cidr", "203.0.113.0/24")]),
        ("[ipv6-addr:value ISSUBSET '2001:db8::/32']", [("address", "cidr", "2001:db8::/32")]),
        ("[ipv4-addr:value LIKE '203.0.113.%']", [("address", "cidr", "203.0.113.0/24")]),
        ("[url:value = 'http://evil.example/a']", [("url", "url_prefix", "http://evil.example/a")]),
        ("[url:value LIKE 'http://evil.example/a%']", [("url", "url_prefix", "http://evil.example/a")]),
        ("[url:value LIKE '%/gate.php%']", [("url", "contains", "/gate.php")]),
        ("[email-addr:value = 'taro@evil.example']", [("mail_address", "equal", "taro@evil.example")]),
        ("[email-message:from_ref.value = 'taro@evil.example']", [("mail_address", "equal", "taro@evil.example")]),
        ("[email-message:subject LIKE '%請求書%']", [("subject", "contains", "請求書")]),
        ("[file:name = 'A.exe']", [("file_name", "equal", "a.exe")]),
        ("[file:name MATCHES '^a[0-9]+\\\\.exe$']", [("file_name", "regex", "^a[0-9]+\\.exe$")]),
        (f"[file:hashes.'SHA-256' = '{A}']", [("hash", "equal", A)]),
        (f"[x509-certificate:hashes.'SHA-256' = '{A}']", [("hash", "equal", A)]),
        (f"[file:hashes.MD5 = '{B}']", [("hash", "equal", B)]),
        ("[file:parent_directory_ref.path = 'C:\\\\evil']", [("file_path", "contains", "c:\\evil\\")]),
        ("[directory:path = 'C:\\\\evil\\\\']", [("file_path", "equal", "c:\\evil")]),
        ("[windows-registry-key:key = 'HKEY_CURRENT_USER\\\\X']", [("registry_key", "equal", "hkcu\\x")]),
        ("[network-traffic:dst_ref.value = '203.0.113.9']", [("address", "equal", "203.0.113.9")]),
        ("[network-traffic:dst_ref.value = 'evil.example']", [("domain", "equal", "evil.example")]),
        (
            "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'Evil/1.0']",
            [("user_agent", "equal", "Evil/1.0")],
        ),
        ("[domain-name:value LIKE '%.evil.example']", [("domain", "domain_and_below", "evil.example")]),
        (
            "[domain-name:value IN ('a.example', 'b.example')]",
            [("domain", "equal", "a.example"), ("domain", "equal", "b.example")],
        ),
        (
            "[domain-name:value = 'a.example' OR url:value LIKE 'http://b.example/%'] OR [ipv4-addr:value='192.0.2.9']",
            [
                ("domain", "equal", "a.example"),
                ("url", "url_prefix", "http://b.example/"),
                ("address", "equal", "192.0.2.9"),
            ],
        ),
        ("[file:name = 'it\\'s \\\\ me.exe']", [("file_name", "equal", "it's \\ me.exe")]),
    ],
)
def test_single_comparisons(pattern: str, expected: list[tuple[str, str, str]]) -> None:
    assert asked(pattern) == expected
    assert asked(pattern, "2.0") == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (f"[file:name = 'a.exe' AND file:hashes.'SHA-256' = '{A}']", [("hash", "equal", A)]),
        (f"[file:hashes.MD5 = '{B}' AND file:hashes.'SHA-256' = '{A}']", [("hash", "equal", B), ("hash", "equal", A)]),
        (
            f"[file:size > 3 AND (file:hashes.'SHA-256' = '{A}' OR file:hashes.MD5 = '{B}')]",
            [("hash", "equal", A), ("hash", "equal", B)],
        ),
        (
            "[file:name = 'a.exe' AND file:parent_directory_ref.path = 'C:\\\\x']",
            [("file_path", "equal", "c:\\x\\a.exe")],
        ),
        (
            "[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_port = 443]",
            [("address", "equal", "203.0.113.9")],
        ),
    ],
)
def test_conjunctions_of_which_one_value_means_all(pattern: str, expected: list[tuple[str, str, str]]) -> None:
    assert asked(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[email-message:from_ref.value = 'a@b.example' AND email-message:subject = 'x']", "no single value"),
        ("[file:name = 'a.exe' AND file:size = 3]", "no single value"),
        ("[file:name = 'a.exe' AND domain-name:value = 'a.example']", "no single value"),
        ("[windows-registry-key:key = 'HKLM\\\\Run' AND windows-registry-key:values[*].name = 'x']", "no single value"),
        (f"[file:hashes.MD5 = '{B}' AND url:value = 'http://a.example/']", "no single value"),
        (f"[file:hashes.MD5 != '{B}']", "!= cannot"),
        (f"[file:hashes.MD5 NOT = '{B}']", "NOT = cannot"),
        (f"[file:hashes.IMPHASH = '{B}']", "is not hunted"),
        ("[mutex:name = 'x']", "mutex:name is not hunted"),
        ("[process:command_line = 'x']", "process:command_line is not hunted"),
        ("[file:size > 3]", "file:size is not hunted"),
        ("[domain-name:value = 'a.example'] FOLLOWEDBY [domain-name:value = 'b.example']", "FOLLOWEDBY"),
        ("[domain-name:value = 'a.example'] AND [domain-name:value = 'b.example']", "AND between brackets"),
        ("[domain-name:value = 'a.example'] REPEATS 5 TIMES", "REPEATS 5 TIMES"),
        ("[domain-name:value = 'a.example'] WITHIN 5 SECONDS", "WITHIN 5 SECONDS"),
        ("[file:name LIKE 'a_b%']", "LIKE"),
        ("[file:name LIKE 'a%b']", "LIKE"),
        ("[file:name LIKE 'a%']", "exactly"),
        ("[file:name MATCHES '(?=a)']", "regular expression"),
        ("[domain-name:value ISSUBSET '203.0.113.0/24']", "addresses only"),
        ("[domain-name:value = 'a b']", "is no domain"),
        ("[domain-name:value = ", "not valid"),
        ("domain-name:value", "not valid"),
        ("", "not valid"),
        ("[" + "(" * 60 + "a:b = 'x'" + ")" * 60 + "]", "nested"),
        ("[a:b LIKE '" + "x" * 60_000 + "']", "too long"),
    ],
)
def test_refused_patterns(pattern: str, reason: str) -> None:
    (found,) = asked(pattern)
    assert reason in found


def test_a_part_that_cannot_be_asked_for_does_not_cost_the_others() -> None:
    found = asked(
        "[domain-name:value = 'a.example'] OR ([mutex:name = 'x'] AND [mutex:name = 'y']) OR [mutex:name = 'z']"
    )
    assert found[0] == ("domain", "equal", "a.example")
    assert len(found) == 3


def test_long_chains_are_read() -> None:
    names = [f"h{n}.example" for n in range(3_000)]
    simple = "[" + " OR ".join(f"domain-name:value = '{name}'" for name in names) + "]"
    assert list(terms(simple, "2.1")) == [(Comparison("domain-name:value", "=", name),) for name in names]
    parsed = "[" + " OR ".join(f"domain-name:value LIKE '{name}'" for name in names[:400]) + "]"
    assert len(asked(parsed)) == 400


def test_alternatives_do_not_explode() -> None:
    part = "(" + " OR ".join(f"file:name = '{n}'" for n in range(10)) + ")"
    assert asked("[" + " AND ".join([part] * 6) + "]") == ["the pattern has too many alternatives"]


@pytest.mark.parametrize(
    ("pattern", "condition"),
    [
        (
            "[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_port = 443]",
            "hunted as 203.0.113.9 alone, without the condition: network-traffic:dst_port = 443",
        ),
        (
            "[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.9']",
            "hunted as a.example alone, without the condition: domain-name:resolves_to_refs[*].value = 203.0.113.9",
        ),
        ("[network-traffic:dst_ref.value = '203.0.113.9' AND network-traffic:dst_ref.type = 'ipv4-addr']", None),
        (f"[file:name = 'a.exe' AND file:hashes.'SHA-256' = '{A}']", None),
    ],
)
def test_what_is_hunted_without_a_condition_is_named(pattern: str, condition: str | None) -> None:
    (found,), refused = read_indicators("b.json", bundle(indicator(pattern=pattern)))
    assert found.description.startswith("(and ")
    assert [row.reason for row in refused] == ([condition] if condition else [])


@given(st.text(st.sampled_from("[]()'=: abc-\\.ORANDLIKE1"), max_size=60))
def test_no_pattern_raises(pattern: str) -> None:
    for version in ("2.0", "2.1"):
        asked(pattern, version)


def indicator(**more: object) -> dict[str, object]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--00000000-0000-4000-8000-000000000001",
        "modified": "2026-05-12T00:00:00.000Z",
        "pattern": "[domain-name:value = 'evil.example']",
        **more,
    }


def bundle(*objects: Mapping[str, object], **more: object) -> bytes:
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects, **more}).encode()


def only(data: bytes) -> Indicator:
    ((found,), refused) = read_indicators("b.json", data)
    assert refused == []
    return found


@pytest.mark.parametrize(
    ("reference", "marking"),
    [
        ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Marking.CLEAR),
        ("f88d31f6-486f-44da-b317-01333bde0b82", Marking.AMBER),
        ("939a9414-2ddd-4d32-a0cd-375ea402b003", Marking.AMBER_STRICT),
        ("e828b379-4e03-4974-9ac4-e53a884c97c1", Marking.RED),
        ("00000000-0000-4000-8000-000000000009", Marking.RED),
    ],
)
def test_markings(reference: str, marking: Marking) -> None:
    clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
    data = bundle(indicator(object_marking_refs=[clear, f"marking-definition--{reference}"]))
    assert only(data).marking is marking


def test_markings_of_parts_and_statements() -> None:
    statement = {"type": "marking-definition", "id": "marking-definition--1", "definition": {"statement": "(c)"}}
    green = {"type": "marking-definition", "id": "marking-definition--2", "definition": {"tlp": "green"}}
    strict = {
        "type": "marking-definition",
        "id": "marking-definition--3",
        "extensions": {"x": {"tlp_2_0": "amber+strict"}},
    }
    refs = {"object_marking_refs": ["marking-definition--1", "marking-definition--2"]}
    assert only(bundle(indicator(**refs), statement, green, strict)).marking is Marking.GREEN
    parts = {"granular_markings": [{"marking_ref": "marking-definition--3", "selectors": ["pattern"]}]}
    assert only(bundle(indicator(**refs, **parts), statement, green, strict)).marking is Marking.AMBER_STRICT


def test_context() -> None:
    source = {"type": "identity", "id": "identity--1", "name": "CSIRT of example.jp"}
    found = only(
        bundle(
            indicator(name="C2", description="of May", confidence=80, created_by_ref="identity--1", labels=["a"],
                      valid_from="2026-05-12T00:00:00Z", valid_until="2026-12-31T09:00:00+09:00"),
            source,
        )
    )  # fmt: skip
    assert (found.description, found.confidence, found.source, found.labels) == (
        "C2: of May",
        80,
        "CSIRT of example.jp",
        ("a",),
    )
    assert found.valid_until is not None
    assert found.valid_until.isoformat() == "2026-12-31T09:00:00+09:00"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"revoked": True}, "revoked"),
        ({"pattern_type": "snort"}, "snort"),
        ({"pattern": None}, "no pattern"),
        ({"pattern": 5}, "no pattern"),
    ],
)
def test_indicators_that_are_refused(more: dict[str, object], reason: str) -> None:
    found, (refused,) = read_indicators("b.json", bundle(indicator(**more)))
    assert found == []
    assert reason in refused.reason


def test_an_older_version_is_refused_and_the_same_twice_is_not() -> None:
    newer = indicator(modified="2026-06-01T00:00:00.000Z", pattern="[domain-name:value = 'new.example']")
    found, refused = read_indicators("b.json", bundle(indicator(), newer, newer))
    assert [one.pattern for one in found] == ["new.example", "new.example"]
    assert [row.reason for row in refused] == ["the file holds a newer version of it"]


def test_observations_are_counted_not_taken() -> None:
    seen = [
        {"type": "domain-name", "spec_version": "2.1", "id": f"domain-name--{n}", "value": "a.example"}
        for n in range(3)
    ]
    found, refused = read_indicators("b.json", bundle(*seen, indicator()))
    assert len(found) == 1
    assert [(row.text, row.reason) for row in refused] == [
        ("domain-name", "3 objects of this type are observations, not indicators")
    ]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (bundle(indicator()), Stix21),
        (bundle({**indicator(), "spec_version": None}, spec_version="2.0"), Stix20),
        (json.dumps({"more": False, "objects": [indicator()]}).encode(), Stix21),
        (json.dumps([indicator()]).encode("utf-16"), Stix21),
        (json.dumps(indicator()).encode("utf-8-sig"), Stix21),
        (bundle(), Stix21),
    ],
)
def test_versions(data: bytes, kind: type[IndicatorFormat]) -> None:
    assert [form for form in (Stix20, Stix21) if form().recognises("b.json", data)] == [kind]


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"Event": {"uuid": "x"}}', b'[1, "a--b"]', b'{"objects": 5}'])
def test_other_json_is_unknown(data: bytes) -> None:
    with pytest.raises(UnknownIndicatorFormat, match=r"b\.json is in no indicator format"):
        read_indicators("b.json", data)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"{", "is damaged JSON"),
        (bundle(indicator())[:-9], "is damaged JSON"),
        (b"\xef\xbb\xbf" + bundle(indicator())[:99], "is damaged JSON"),
        (b"[" * 5000, "is damaged JSON"),
    ],
    ids=["nothing", "blank", "brace", "cut off", "cut off behind a mark", "deep"],
)
def test_what_is_wrong_with_a_file_is_told(data: bytes, fault: str) -> None:
    with pytest.raises(UnknownIndicatorFormat, match=rf"b\.json {fault}"):
        read_indicators("b.json", data)


KEYS = ["type", "id", "objects", "pattern", "labels", "object_marking_refs", "definition", "valid_from", "modified",
        "granular_markings", "extensions", "spec_version"]  # fmt: skip


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("indicator"),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS), inner, max_size=6,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_no_json_raises(content: object) -> None:
    for data in (json.dumps(content).encode(), bundle({"type": "indicator", "id": "indicator--1", "x": content})):
        for form in (Stix20(), Stix21()):
            form.recognises("b.json", data)
            assert all(isinstance(row, Indicator | RefusedRow) for row in form.read("b.json", data))


def test_the_documentation_names_every_path_and_operator(root: Path) -> None:
    page = (root / "docs/formats.md").read_text("utf-8")
    named = set(re.findall(r"`([^`\n]+)`", page))
    assert set(stix_term._PATHS) <= named
    assert set(stix_term._READ) | {"IN"} <= named
