"""What events mean by their fields: one table for all ways in which Windows hands out its events.

Names of fields: learn.microsoft.com/windows/security/threat-protection/auditing (4624 and so on),
learn.microsoft.com/sysinternals/downloads/sysmon, and the manifests of the providers.
"""

from collections.abc import Callable

from sekimori.readers.windows.event_texts import (
    defender_paths,
    hashes_in,
    program_of,
    task_programs,
)

__all__ = ["ABSENT", "Data", "Draft", "Row", "Rule", "column_of", "integer", "rules_of", "text_of"]

Row = dict[str, object]
"""A record: its columns that hold something."""

Data = dict[str, object]
"""The fields of an event as it has them."""

ABSENT = ("", "-", " ")
"""How events write that there is nothing."""

_LARGEST = (1 << 63) - 1
_LONGEST_NUMBER = 40
_SURELY_FITS = 19
_DEEPEST = 20
_SEPARATOR = "\\"


class Draft:
    """A row in the making."""

    __slots__ = ("data", "paths", "row", "texts")

    def __init__(self, data: Data) -> None:
        self.data = data
        self.row: Row = {}
        self.paths: list[str] = []
        self.texts: list[str] = []


def text_of(value: object, depth: int = 0) -> str:
    """A field as text: of nested ones all texts, one a line."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        if depth > _DEEPEST:
            return ""
        parts = value if isinstance(value, list) else [part for name, part in value.items() if name != "#attributes"]
        return "\n".join(filter(None, [text_of(part, depth + 1) for part in parts]))
    return "" if value is None else str(value)


def integer(value: object) -> int | None:
    """A whole number that fits into a column, decimal or hexadecimal; None for anything else."""
    if isinstance(value, str) and len(value) < _SURELY_FITS and value.isascii() and value.isdigit():
        return int(value)
    if value.__class__ is not int:  # not a truth value either
        text = text_of(value)
        try:
            value = int(text, 16 if text[:2] in {"0x", "0X"} else 10) if len(text) < _LONGEST_NUMBER else None
        except ValueError:
            return None
    return value if isinstance(value, int) and -_LARGEST <= value <= _LARGEST else None


Rule = Callable[[Draft, str], None]
"""What is done with a field that holds something."""


_FILLED: dict[Rule, str] = {}


def _first(column: str) -> Rule:
    def fill(draft: Draft, value: str) -> None:
        draft.row[column] = value

    _FILLED[fill] = column
    return fill


def column_of(rule: Rule) -> str:
    """The column that a rule fills with the text as it is, whatever stood there; empty for a rule that does more."""
    return _FILLED.get(rule, "")


def _otherwise(column: str) -> Rule:
    def fill(draft: Draft, value: str) -> None:
        draft.row.setdefault(column, value)

    return fill


def _number(column: str) -> Rule:
    def fill(draft: Draft, value: str) -> None:
        draft.row.setdefault(column, integer(value))

    return fill


def _path(draft: Draft, value: str) -> None:
    draft.paths.append(value)


def _text(draft: Draft, value: str) -> None:
    draft.texts.append(value)


def _command(draft: Draft, value: str) -> None:
    draft.row.setdefault("process_command_line", value)
    draft.texts.append(value)


def _account(draft: Draft, value: str) -> None:
    domain, _, name = value.rpartition("\\")
    draft.row.setdefault("user_name", name)
    if domain:
        draft.row.setdefault("user_domain", domain)


def _logon(column: str) -> Rule:
    def fill(draft: Draft, value: str) -> None:
        if value.lower() not in {"0x0", "0"}:  # no logon at all
            draft.row.setdefault(column, value.lower())

    return fill


def _hashes(draft: Draft, value: str) -> None:
    if hashes := hashes_in(value):
        draft.row.setdefault("hash_value", list(hashes))


def _object(draft: Draft, value: str) -> None:
    kind = draft.data.get("ObjectType")
    if kind == "Key" or "ObjectValueName" in draft.data:
        name = text_of(draft.data.get("ObjectValueName"))
        draft.row["registry_key"] = value if name in ABSENT else f"{value}\\{name}"
    elif kind == "File":
        draft.paths.append(value)


def _share(draft: Draft, value: str) -> None:
    if value.upper().endswith("IPC$"):
        return  # what it shares are pipes
    folder, below = text_of(draft.data.get("ShareLocalPath")), text_of(draft.data.get("RelativeTargetName"))
    folder = value if folder in ABSENT else folder
    draft.paths.append(folder if below in ABSENT else f"{folder.rstrip(_SEPARATOR)}\\{below}")


def _service_command(draft: Draft, value: str) -> None:
    draft.texts.append(value)
    if program := program_of(value):
        draft.paths.append(program)


def _task_content(draft: Draft, value: str) -> None:
    draft.texts.append(value)
    draft.paths.extend(task_programs(value))


def _detected(draft: Draft, value: str) -> None:
    draft.paths.extend(defender_paths(value))


def _name_and_port(draft: Draft, value: str) -> None:
    draft.row.setdefault("source_ip", value.rpartition(":")[0].strip("[]") or value)


def _client(draft: Draft, value: str) -> None:
    draft.row.setdefault("source_domain", value.lstrip("\\"))


def _engine_state(draft: Draft, value: str) -> None:
    """Windows PowerShell (400, 600, 800) writes lines `Name=value`; most of them are the same in every event."""
    lines = [line.strip() for line in value.splitlines()]
    draft.texts.extend(lines)
    for line in lines:
        if line.startswith("HostApplication=") and len(line) > 16:
            draft.row.setdefault("process_command_line", line[16:])


def _context(draft: Draft, value: str) -> None:
    draft.texts.extend(line.partition(" = ")[2] for line in value.splitlines())


def _columns(rule: Callable[[str], Rule], names: dict[str, str]) -> dict[str, Rule]:
    return {name: rule(column) for column, several in names.items() for name in several.split()}


_PATHS = ("TargetFilename", "ImageLoaded", "TargetImage", "LocalName", "FilePath", "FullFilePath")
_TEXTS = (
    *("ParentCommandLine", "ScriptBlockText", "Payload", "Details", "NewValue", "Contents", "Query", "QueryResults"),
    *("Destination", "url", "RemoteName", "PossibleCause", "Operation", "Message"),
)

_RULES: dict[str, Rule] = {
    **_columns(
        _first,
        {
            "user_name": "TargetUserName",
            "user_domain": "TargetDomainName",
            "subject_user_name": "SubjectUserName",
            "process_executable": "Image NewProcessName",
            "process_parent_executable": "ParentImage ParentProcessName",
            "source_ip": "IpAddress SourceIp",
            "source_domain": "WorkstationName",
            "destination_ip": "DestinationIp",
            "destination_domain": "DestinationHostname QueryName",
            "registry_key": "TargetObject",
            "service_name": "ServiceName",
            "task_name": "TaskName",
        },
    ),
    **_columns(
        _otherwise,
        {
            "user_domain": "AccountDomain",
            "process_executable": "SourceImage ProcessName Application processPath CallerProcessName",
            "source_ip": "Address ClientAddress SourceAddress",
            "source_domain": "Workstation SourceHostname",
            "destination_ip": "DestAddress",
            "destination_domain": "TargetServerName",
        },
    ),
    **_columns(_number, {"logon_type": "LogonType", "destination_port": "DestinationPort DestPort"}),
    **dict.fromkeys(("CommandLine", "ProcessCommandLine"), _command),
    **dict.fromkeys(_PATHS, _path),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(("User", "AccountName", "UserContext", "UserName", "Username"), _account),
    **dict.fromkeys(("TargetLogonId", "LogonId", "LogonID"), _logon("logon_id")),
    **dict.fromkeys(("Hashes", "Hash", "FileHash"), _hashes),
    **dict.fromkeys(("ServiceFileName", "ImagePath", "ActionName"), _service_command),
    **dict.fromkeys(("TaskContent", "TaskContentNew"), _task_content),
    "SubjectLogonId": _logon("subject_logon_id"),
    "ObjectName": _object,
    "ShareName": _share,
    "ContextInfo": _context,
    "ClientName": _client,
}
"""What is done with a field, by its name."""

_TERMINAL = "Microsoft-Windows-TerminalServices-"
_SECURITY = "Microsoft-Windows-Security-Auditing"
_SERVICES = "Service Control Manager"

_EXTRA: dict[tuple[str, int], dict[str, Rule | None]] = {
    (_TERMINAL + "RemoteConnectionManager", 1149): {
        "Param1": _first("user_name"),
        "Param2": _first("user_domain"),
        "Param3": _first("source_ip"),
    },
    (_TERMINAL + "ClientActiveXCore", 1024): {"Value": _first("destination_domain")},
    (_TERMINAL + "ClientActiveXCore", 1102): {"Value": _first("destination_ip")},
    ("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", 131): {"ClientIP": _name_and_port},
    # The service of a Kerberos ticket is an account, not a service of Windows.
    **{(_SECURITY, code): {"ServiceName": None} for code in (4768, 4769, 4770, 4771, 4773)},
    **{(_SERVICES, code): {"param1": _first("service_name")} for code in (7031, 7034, 7036)},
    (_SERVICES, 7040): {"param4": _first("service_name")},
    # The account that the service shall run as did nothing yet.
    (_SERVICES, 7045): {"AccountName": None},
    ("Microsoft-Windows-TaskScheduler", 129): {"Path": _path},
    ("Microsoft-Windows-PowerShell", 4104): {"Path": _path},
    ("Microsoft-Windows-WMI-Activity", 5857): {"ProviderPath": _path},
    **{
        ("Microsoft-Windows-Windows Defender", code): {
            "Path": _detected,
            "Process Name": _otherwise("process_executable"),
            "Detection User": _account,
        }
        for code in (1006, 1007, 1015, 1116, 1117, 1119)
    },
    **{("PowerShell", code): {"Data": _engine_state} for code in (400, 403, 600, 800)},
}
"""What certain events mean by a field; None takes the general meaning away."""

_BY_EVENT: dict[tuple[str | None, int | None], dict[str, Rule]] = {
    event: {name: rule for name, rule in {**_RULES, **extra}.items() if rule is not None}
    for event, extra in _EXTRA.items()
}


def rules_of(provider: str | None, code: int | None) -> dict[str, Rule]:
    """The rules for the fields of an event."""
    return _BY_EVENT.get((provider, code), _RULES)
