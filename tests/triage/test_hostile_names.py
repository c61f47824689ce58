"""Rules over what an attacker writes take no quadratic time, and say what they say of it."""

import pytest

from sekimori.triage.mail.double_extension import DoubleExtension
from sekimori.triage.mail.remote_template import RemoteTemplate
from tests.formats.documents import zipped
from tests.triage.mails import case_facts

_RELATIONSHIP = (
    '<Relationship Id="r1" Type="http://schemas.example/attachedTemplate" Target="{}" TargetMode="External"/>'
)


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("minutes.pdf" + " " * 8 + ".exe", True),
        ("minutes" + "_" * 8 + "exe", True),
        ("minutes" + "_" * 7 + "exe", False),
        ("_" * 60_000 + "(", False),
    ],
    ids=["blanks", "underscores", "few", "many"],
)
def test_padded_names(name: str, is_found: bool) -> None:
    facts = case_facts({"files": [{"name": "a.zip", "hex": zipped({name: b"x"}).hex()}]})

    assert bool(list(DoubleExtension().check(facts))) == is_found


@pytest.mark.parametrize(
    ("relations", "is_found"),
    [
        (_RELATIONSHIP.format("https://evil.example/a.dotm"), True),
        (_RELATIONSHIP.format("https://evil.example/a>b.dotm"), True),
        (_RELATIONSHIP.format("media/image1.png"), False),
        ("<Relationship " * 60_000, False),
        ("<Relationship " + "frame Target=" * 60_000 + ">", False),
    ],
    ids=["template", "bracket", "inside", "many", "long"],
)
def test_relationships(relations: str, is_found: bool) -> None:
    document = zipped({"word/_rels/settings.xml.rels": relations.encode()})

    found = list(RemoteTemplate().check(case_facts({"files": [{"name": "a.docx", "hex": document.hex()}]})))

    assert bool(found) == is_found
