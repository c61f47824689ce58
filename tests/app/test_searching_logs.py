"""Logs that tell who received a message are no mails: a search says that it left them out."""

from pathlib import Path

from sekimori.app.adding import add_evidence
from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.store.mail_search import ONLY_A_LOG, MailSearch
from sekimori.store.workspace import Workspace

SAMPLES = Path(__file__).resolve().parents[1] / "data/readers/mail"


def test_a_log_of_deliveries_is_named_as_not_searched(workspace: Workspace, organisation: Organisation) -> None:
    [log] = [path for path in (SAMPLES / "postfix").iterdir() if not path.name.endswith(".json")]
    added, _ = add_evidence(workspace, organisation, [log], by="tanaka")

    with MailSearch(workspace, organisation) as search:
        assert search.all(Contains(Field.ANY, ("example",))) == []
        assert [(one.evidence, one.reason) for one in search.unsearched()] == [(added.evidence[0], ONLY_A_LOG)]


def test_a_log_of_one_delivery_is_no_mail_either(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    log = tmp_path / "mail.log"
    log.write_text(
        "Oct  6 09:00:01 mx postfix/cleanup[1]: 4J1x: message-id=<1@freemail.example>\n"
        "Oct  6 09:00:01 mx postfix/qmgr[1]: 4J1x: from=<a@freemail.example>, size=9, nrcpt=1 (queue active)\n"
        "Oct  6 09:00:01 mx postfix/local[1]: 4J1x: to=<b@example.jp>, relay=local, status=sent (delivered)\n"
        "Oct  6 09:00:01 mx postfix/qmgr[1]: 4J1x: removed\n",
        "utf-8",
    )
    added, _ = add_evidence(workspace, organisation, [log], by="tanaka")
    assert added.records["message"] == 1

    with MailSearch(workspace, organisation) as search:
        assert search.all(Contains(Field.ANY, ("example",))) == []
        assert [(one.evidence, one.reason) for one in search.unsearched()] == [(added.evidence[0], ONLY_A_LOG)]
