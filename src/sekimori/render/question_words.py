"""The words for the fields of a question to all mail."""

from sekimori.model.query import Field
from sekimori.values.wording import N_

__all__ = ["FIELDS"]

FIELDS: dict[str, str] = {
    Field.ANY: N_("anywhere"),
    Field.FROM: N_("sender"),
    Field.TO: N_("recipient"),
    Field.CC: N_("copy to"),
    Field.NAME: N_("display name"),
    Field.SUBJECT: N_("subject"),
    Field.BODY: N_("body"),
    Field.ATTACHMENT: N_("attachment name"),
    Field.CONTENT: N_("text in an attachment"),
    Field.URL: N_("URL"),
    Field.DOMAIN: N_("domain name"),
    Field.IP: N_("IP address"),
    Field.HASH: N_("hash"),
    Field.MESSAGE_ID: N_("message ID"),
    Field.MAILBOX: N_("mailbox"),
}
"""What people read instead of a field's name: messages of the catalogue."""
