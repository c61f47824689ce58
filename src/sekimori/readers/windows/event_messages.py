"""Messages of events as Event Viewer shows them, back to the fields they were made of.

    アカウントが正常にログオンしました。            An account was successfully logged on.

    新しいログオン:                                 New Logon:
        アカウント名:		tanaka                  	Account Name:		tanaka

Messages have no grammar: a line with a label and a colon is a field, a label alone begins a section, and some
providers write sentences with names in quotes. What is not understood stays in the message, which is kept whole.
"""

import re
from collections.abc import Callable

from sekimori.readers.windows.event_labels import ACCOUNT_FIELDS, FIELDS, RENAMED, SECTIONS, plain_label
from sekimori.readers.windows.event_rules import Data

__all__ = ["channel_of", "message_fields", "provider_of"]

_POWERSHELL = "Microsoft-Windows-PowerShell"
_SYSMON = "Microsoft-Windows-Sysmon"
_TASKS = "Microsoft-Windows-TaskScheduler"
_ALIASES = {
    "Microsoft Windows security auditing.": "Microsoft-Windows-Security-Auditing",
    "Microsoft Windows のセキュリティ監査": "Microsoft-Windows-Security-Auditing",
    "Microsoft Windows セキュリティ監査": "Microsoft-Windows-Security-Auditing",
    "Eventlog": "Microsoft-Windows-Eventlog",
    "TaskScheduler": _TASKS,
    "Sysmon": _SYSMON,
}
_CHANNELS = {
    "Microsoft-Windows-Security-Auditing": "Security",
    "PowerShell": "Windows PowerShell",
    "Service Control Manager": "System",
    "Microsoft-Windows-Kernel-General": "System",
    "EventLog": "System",
}
_OPERATIONAL = re.compile(
    r"Microsoft-Windows-(?:Sysmon|PowerShell|TaskScheduler|WMI-Activity|WinRM|Windows Defender|Bits-Client"
    r"|TerminalServices-(?:LocalSessionManager|RemoteConnectionManager|ClientActiveXCore))\Z"
)
_IN_BRACKETS = re.compile(r".*\((Microsoft-Windows-[^()]+)\)\Z")

_LABELLED = re.compile(r"(\s*)([^:：\"]{1,60}?)[:：](?:\s+(.*)|)\Z", re.DOTALL)
_SYSMON_FIELD = re.compile(r"([A-Z][A-Za-z]{1,40}): ?(.*)\Z")
_SCRIPT = re.compile(r"([^\n]*)\n(.*)\n\s*ScriptBlock ID: *([0-9A-Fa-f-]{36})\n(?:パス|Path): *([^\n]*)\Z", re.DOTALL)
_PART = re.compile(r"\(([0-9]{1,6})(?: of | 個中 )([0-9]{1,6})")
_TASK = re.compile(r"\"(\\[^\"]+)\"")
_TASK_USER = re.compile(r"(?:ユーザー|[Uu]ser) \"([^\"]+)\"")
_TASK_ACTION = re.compile(r"(?:操作|[Aa]ction) \"([^\"]+)\"")


def provider_of(source: str) -> str:
    """The provider by the name that Event Viewer shows for it."""
    in_brackets = _IN_BRACKETS.match(source)
    return in_brackets[1] if in_brackets else _ALIASES.get(source, source)


def channel_of(provider: str, code: int) -> str | None:
    """The channel that a provider writes to, where there is one only."""
    if provider == "Microsoft-Windows-Eventlog":
        return "Security" if code in {1100, 1102} else "System" if code == 104 else None
    return f"{provider}/Operational" if _OPERATIONAL.match(provider) else _CHANNELS.get(provider)


def message_fields(provider: str, code: int, message: str) -> Data:
    """The fields of `EventData`; empty where the message has none."""
    if provider == _POWERSHELL:
        return _script(message) if code == 4104 else {"Payload": message} if code == 4103 else {}
    if provider == "PowerShell":
        return {"Data": {"#text": [message]}}
    by_provider: dict[str, Callable[[str], Data]] = {_SYSMON: _sysmon, _TASKS: _task}
    if provider in by_provider:
        return by_provider[provider](message)
    names = RENAMED.get(code, {})
    return {names.get(name, name): value for name, value in _labelled(message).items()}


def _script(message: str) -> Data:
    found = _SCRIPT.match(message)
    if not found:
        return {"ScriptBlockText": message}
    data: Data = {"ScriptBlockText": found[2], "ScriptBlockId": found[3], "Path": found[4]}
    if part := _PART.search(found[1]):
        one, other = int(part[1]), int(part[2])
        number, total = (other, one) if "個中" in part[0] else (one, other)
        data.update({"MessageNumber": number, "MessageTotal": total})
    return data


def _sysmon(message: str) -> Data:
    """Its labels are the names of the fields; a value may go on over lines."""
    data: Data = {}
    name = ""
    for line in message.split("\n")[1:]:
        found = _SYSMON_FIELD.match(line)
        if found:
            name = found[1]
            data[name] = found[2]
        elif name:
            data[name] = f"{data[name]}\n{line}"
    return data


def _task(message: str) -> Data:
    names = {"TaskName": _TASK, "UserContext": _TASK_USER, "ActionName": _TASK_ACTION}
    found = {name: pattern.search(message) for name, pattern in names.items()}
    return {name: one[1] for name, one in found.items() if one}


def _labelled(message: str) -> Data:
    """Labels and values; the first value of a name counts, as explanations at the end may repeat labels."""
    data: Data = {}
    section = ""
    for line in message.split("\n"):
        found = _LABELLED.match(line)
        if not found:
            continue
        indent, label, value = found[1], plain_label(found[2]), (found[3] or "").strip()
        if not indent:
            section = SECTIONS.get(label, "") if not value else ""
        if value:
            data.setdefault(_name(label, found[2].strip(), section if indent else ""), value)
    return data


def _name(label: str, written: str, section: str) -> str:
    if label in ACCOUNT_FIELDS:
        return (section or "Subject") + ACCOUNT_FIELDS[label]
    return FIELDS.get(label, written)
