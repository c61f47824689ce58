"""The words for the model's values: what people read instead of `cannot_tell` or `domain_and_below`."""

from enum import StrEnum

from sekimori.model.indicator import MatchMode
from sekimori.model.match import Answer
from sekimori.model.proposal import Proposal
from sekimori.model.query import Field
from sekimori.model.report import N_, Involvement, Lane
from sekimori.model.role import Role
from sekimori.model.triage import SenderVerdict, Verdict
from sekimori.render.question_words import FIELDS
from sekimori.values.types import ObservableType

__all__ = ["SYMBOLS", "word", "word_of_area", "word_of_logon"]


SYMBOLS: dict[Answer, str] = {Answer.SEEN: "●", Answer.NOT_SEEN: "○", Answer.CANNOT_TELL: "△"}
"""A sign for each answer, so that colour is never the only carrier. CP932 has all three."""

_WORDS: dict[type[StrEnum], dict[str, str]] = {
    Answer: {
        Answer.SEEN: N_("seen"),
        Answer.NOT_SEEN: N_("not seen"),
        Answer.CANNOT_TELL: N_("cannot tell"),
    },
    Verdict: {
        Verdict.TARGETED: N_("targeted espionage suspected"),
        Verdict.BULK: N_("bulk malware or phishing"),
        Verdict.BEC: N_("business e-mail compromise suspected"),
        Verdict.NONE: N_("no finding"),
        Verdict.UNKNOWN: N_("cannot tell"),
    },
    SenderVerdict: {
        SenderVerdict.FORGED: N_("forged"),
        SenderVerdict.ABUSED: N_("abused account"),
        SenderVerdict.UNCLEAR: N_("unclear"),
    },
    ObservableType: {
        ObservableType.DOMAIN: N_("domain name"),
        ObservableType.ADDRESS: N_("IP address"),
        ObservableType.URL: N_("URL"),
        ObservableType.MAIL_ADDRESS: N_("mail address"),
        ObservableType.DISPLAY_NAME: N_("display name"),
        ObservableType.SUBJECT: N_("subject"),
        ObservableType.MESSAGE_ID: N_("message ID"),
        ObservableType.FILE_NAME: N_("file name"),
        ObservableType.FILE_PATH: N_("file path"),
        ObservableType.REGISTRY_KEY: N_("registry key"),
        ObservableType.HASH: N_("hash"),
        ObservableType.USER_AGENT: N_("user agent"),
        ObservableType.JA3: "JA3",
        ObservableType.JA4: "JA4",
        ObservableType.MAILER: N_("mail program"),
        ObservableType.USER: N_("account"),
        ObservableType.HOST: N_("machine"),
        ObservableType.SERVICE: N_("service"),
        ObservableType.TASK: N_("task"),
    },
    MatchMode: {
        MatchMode.EQUAL: N_("equal"),
        MatchMode.BELOW: N_("the name and all below it"),
        MatchMode.CONTAINS: N_("contains"),
        MatchMode.CIDR: N_("in the network"),
        MatchMode.URL_PREFIX: N_("begins with"),
        MatchMode.REGEX: N_("expression"),
    },
    Proposal: {
        Proposal.HUNT: N_("hunt"),
        Proposal.OWN: N_("own"),
        Proposal.WELL_KNOWN: N_("well known"),
        Proposal.WEAK: N_("weak"),
    },
    Role: {
        Role.SENDER: N_("sender"),
        Role.RECIPIENT: N_("recipient"),
        Role.HOP: N_("relay"),
        Role.CONTENT: N_("content"),
        Role.ATTACHMENT: N_("attachment"),
        Role.SOURCE: N_("source"),
        Role.DESTINATION: N_("destination"),
        Role.ANSWER: N_("answer to a question"),
        Role.MENTION: N_("mentioned only"),
        Role.TRACE: N_("trace on a machine"),
    },
    Field: FIELDS,
    Involvement: {
        Involvement.RECEIVED: N_("received"),
        Involvement.REPLIED: N_("replied"),
        Involvement.CONTACTED: N_("contacted"),
        Involvement.TRACE: N_("trace"),
    },
    Lane: {
        Lane.MAIL: N_("Mail"),
        Lane.NETWORK: N_("Network"),
        Lane.ENDPOINT: N_("Machines"),
        Lane.LOGON: N_("Logons"),
        Lane.WORK: N_("Work records"),
    },
}

_AREA_WORDS = {
    "mail": N_("Mail"),
    "network": N_("Network"),
    "endpoint": N_("Machines"),
    "administration": N_("Work records"),
}

# Windows' logon types (Microsoft Learn, event 4624).
_LOGON_TYPES = {
    2: N_("at the console"),
    3: N_("over the network"),
    4: N_("batch"),
    5: N_("service"),
    7: N_("unlock"),
    8: N_("over the network in clear text"),
    9: N_("new credentials"),
    10: N_("remote desktop"),
    11: N_("at the console, cached"),
}

# What kept texts say besides: types of values, and what the system says of files.
_OTHERS = (
    N_("domain"),
    N_("address"),
    N_("url"),
    N_("host or address"),
    N_("display name"),
    N_("mailer"),
    N_("user"),
    N_("host"),
    N_("time"),
    N_("value"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("Too many open files"),
    N_("Too many levels of symbolic links"),
    N_("Device or resource busy"),
    N_("Invalid argument"),
)


def word(value: StrEnum) -> str:
    """The English word for a value of the model; it is a message of the catalogue."""
    return _WORDS[type(value)][value]


def word_of_area(area: str) -> str:
    """The message for an area; a name that is none stays as it is."""
    return _AREA_WORDS.get(area, area)


def word_of_logon(logon_type: int | None) -> str:
    """The message for a Windows logon type; the number itself where it has no word, empty where there is none."""
    return "" if logon_type is None else _LOGON_TYPES.get(logon_type, str(logon_type))
