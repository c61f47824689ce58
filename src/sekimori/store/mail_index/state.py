"""What the catalogue says about mail: which evidence is a message, where it was found, what could not be read.

Evidence in a batch is not committed. A mail is evidence of one message; a log of deliveries tells of many.
"""

import json
from collections.abc import Sequence

from sekimori.model.organisation import Organisation
from sekimori.store.workspace import Workspace

__all__ = [
    "attachments_apart",
    "delivery_logs",
    "evidence_names",
    "mail_count",
    "mail_evidence",
    "mailbox_names",
    "opened_inside",
    "purges",
    "unread_mail",
]

_FROM = "from evidence_kind kind join evidence on evidence.id = kind.evidence"
_OWN = "evidence.organisation = ? and evidence.batch is null"
_TELLS = f"{_FROM} where kind.kind = 'message' and {_OWN}"
_IS_MAIL = "evidence.dataset = 'mail.eml'"  # a log of deliveries may hold a single one
_MESSAGES = "select evidence from evidence_kind where kind = 'message'"
_ATTACHMENTS = "select evidence from evidence_kind where kind = 'attachment'"
_OPENED = (
    f"from place where organisation = ? and container in ({_MESSAGES}) "
    f"and evidence in ({_ATTACHMENTS}) and evidence not in ({_MESSAGES})"
)
# What was found in a mailbox and no reader knew.
_IS_IN_MAIL = (
    "evidence.dataset is null and exists (select 1 from place join evidence box on box.id = place.container "
    "where place.evidence = evidence.id and box.dataset like 'mail.%')"
)
_UNREAD = (
    "from evidence_unread unread join evidence on evidence.id = unread.evidence "
    f"where {_OWN} and (evidence.dataset like 'mail.%' or {_IS_IN_MAIL})"
)


def mail_evidence(workspace: Workspace, organisation: Organisation) -> list[int]:
    """All evidence that is a mail, by id."""
    sql = f"select kind.evidence {_TELLS} and {_IS_MAIL} order by kind.evidence"
    return [row[0] for row in workspace.rows(sql, [organisation.id])]


def mail_count(workspace: Workspace, organisation: Organisation) -> int:
    """How much evidence is a mail."""
    return int(workspace.rows(f"select count(*) {_TELLS} and {_IS_MAIL}", [organisation.id])[0][0])


def delivery_logs(workspace: Workspace, organisation: Organisation) -> list[tuple[int, str]]:
    """Evidence that tells of many messages without being one of them: evidence and its name."""
    sql = f"select evidence.id, evidence.name {_TELLS} and not {_IS_MAIL} order by evidence.id"
    return [(row[0], row[1]) for row in workspace.rows(sql, [organisation.id])]


def opened_inside(workspace: Workspace, organisation: Organisation) -> dict[int, list[int]]:
    """For each mail whose attachments were opened later: the evidence that holds what was in them."""
    sql = f"select container, evidence {_OPENED} order by container, evidence"
    found: dict[int, list[int]] = {}
    for mail, opened in workspace.rows(sql, [organisation.id]):
        found.setdefault(mail, []).append(opened)
    return found


def attachments_apart(workspace: Workspace, organisation: Organisation) -> list[int]:
    """The evidence that holds attachments and is not itself a mail."""
    sql = (
        f"select kind.evidence {_FROM} where kind.kind = 'attachment' and {_OWN} "
        f"and not {_IS_MAIL} order by kind.evidence"
    )
    return [row[0] for row in workspace.rows(sql, [organisation.id])]


def purges(workspace: Workspace, organisation: Organisation) -> int:
    """A number that grows with every purge of the organisation's evidence; 0 before the first."""
    sql = "select max(id) from audit where organisation = ? and action = 'evidence.purge'"
    return int(workspace.rows(sql, [organisation.id])[0][0] or 0)


def mailbox_names(workspace: Workspace, organisation: Organisation) -> dict[str, list[int]]:
    """The evidence in each mailbox; where a place has none, its path stands for it."""
    found: dict[str, list[int]] = {}
    sql = "select coalesce(mailbox, path), evidence from place where organisation = ?"
    for mailbox, evidence in workspace.rows(sql, [organisation.id]):
        found.setdefault(mailbox, []).append(evidence)
    return found


def unread_mail(workspace: Workspace, organisation: Organisation) -> list[tuple[int, str, str]]:
    """Mail that could not be read, or not wholly: evidence, its name, why."""
    sql = f"select evidence.id, evidence.name, unread.reason {_UNREAD} order by evidence.id, unread.reason"
    return [(row[0], row[1], row[2]) for row in workspace.rows(sql, [organisation.id])]


def evidence_names(workspace: Workspace, organisation: Organisation, evidence: Sequence[int]) -> dict[int, str]:
    """The names that some evidence came with."""
    # One value however many they are: JSON knows no limit of theirs.
    sql = "select id, name from evidence where organisation = ? and id in (select value from json_each(?))"
    return dict(workspace.rows(sql, [organisation.id, json.dumps(list(evidence))])) if evidence else {}
