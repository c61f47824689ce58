"""Messages of Security events as the Japanese Event Viewer shows them, without the explanations at their end."""

from collections.abc import Mapping

__all__ = ["LEVEL", "headings", "message"]

LEVEL = "情報"


def headings() -> list[str]:
    """The headings of "save as CSV"; the message's column has none."""
    return ["レベル", "日付と時刻", "ソース", "イベント ID", "タスクのカテゴリ"]


def message(code: int, data: Mapping[str, str]) -> tuple[str, str]:
    """The task category and the message of an event."""
    category, first, sections = _MESSAGES[code]
    blocks = [first, *(_section(section, data) for section in sections)]
    return category, "\r\n\r\n".join(blocks)


_Lines = tuple[tuple[str, str], ...]
_Section = tuple[str, _Lines | str]

_SUBJECT: _Section = (
    "サブジェクト",
    (
        ("セキュリティ ID", "SubjectUserSid"),
        ("アカウント名", "SubjectUserName"),
        ("アカウント ドメイン", "SubjectDomainName"),
        ("ログオン ID", "SubjectLogonId"),
    ),
)
_OWNER: _Section = (
    "サブジェクト",
    (
        ("セキュリティ ID", "TargetUserSid"),
        ("アカウント名", "TargetUserName"),
        ("アカウント ドメイン", "TargetDomainName"),
        ("ログオン ID", "TargetLogonId"),
    ),
)
_NETWORK: _Section = (
    "ネットワーク情報",
    (
        ("ワークステーション名", "WorkstationName"),
        ("ソース ネットワーク アドレス", "IpAddress"),
        ("ソース ポート", "IpPort"),
    ),
)

_MESSAGES: dict[int, tuple[str, str, tuple[_Section, ...]]] = {
    4624: (
        "ログオン",
        "アカウントが正常にログオンしました。",
        (
            _SUBJECT,
            ("ログオン タイプ", "LogonType"),
            ("新しいログオン", _OWNER[1]),
            ("プロセス情報", (("プロセス ID", "ProcessId"), ("プロセス名", "ProcessName"))),
            _NETWORK,
            (
                "詳細な認証情報",
                (("ログオン プロセス", "LogonProcessName"), ("認証パッケージ", "AuthenticationPackageName")),
            ),
        ),
    ),
    4625: (
        "ログオン",
        "アカウントがログオンに失敗しました。",
        (
            _SUBJECT,
            ("ログオン タイプ", "LogonType"),
            (
                "ログオンを失敗したアカウント",
                (("アカウント名", "TargetUserName"), ("アカウント ドメイン", "TargetDomainName")),
            ),
            ("エラー情報", (("ステータス", "Status"), ("サブ ステータス", "SubStatus"))),
            _NETWORK,
        ),
    ),
    4634: ("ログオフ", "アカウントがログオフしました。", (_OWNER, ("ログオン タイプ", "LogonType"))),
    4647: ("ログオフ", "ユーザーがログオフを開始しました:", (_OWNER,)),
    4672: ("特殊なログオン", "新しいログオンに特権が割り当てられました。", (_SUBJECT, ("特権", "PrivilegeList"))),
    4688: (
        "プロセス作成",
        "新しいプロセスが作成されました。",
        (
            _SUBJECT,
            (
                "プロセス情報",
                (
                    ("新しいプロセス ID", "NewProcessId"),
                    ("新しいプロセス名", "NewProcessName"),
                    ("クリエーター プロセス名", "ParentProcessName"),
                    ("プロセスのコマンド ライン", "CommandLine"),
                ),
            ),
        ),
    ),
}


def _section(section: _Section, data: Mapping[str, str]) -> str:
    title, content = section
    if isinstance(content, str):
        return f"{title}:\t\t\t{data.get(content, '')}"
    return "\r\n".join([f"{title}:", *(f"\t{label}:\t\t{data.get(name, '-')}" for label, name in content)])
