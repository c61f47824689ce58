"""The labels in the messages of events, English and Japanese, and the fields of `EventData` that they stand for.

    サブジェクト:                      Subject:
        アカウント名:      tanaka          Account Name:      tanaka
    ログオン タイプ:       3           Logon Type:        3

The messages are those of learn.microsoft.com/windows/security/threat-protection/auditing and of the same events on
Japanese Windows. Labels are compared without blanks and in lower case.
"""

__all__ = ["ACCOUNT_FIELDS", "FIELDS", "RENAMED", "SECTIONS", "plain_label"]


def plain_label(text: str) -> str:
    """A label as it is looked up."""
    return "".join(text.split()).lower()


def _table(rows: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {plain_label(label): name for name, labels in rows.items() for label in labels}


SECTIONS = _table(
    {
        "Subject": ("Subject", "サブジェクト"),
        "Target": (
            *("New Logon", "Account For Which Logon Failed", "Account Whose Credentials Were Used"),
            *("Target Account", "New Account", "Account That Was Locked Out", "Account Information", "Group"),
            *("Target Subject", "Created Group", "Deleted Group"),
            *("新しいログオン", "ログオンを失敗したアカウント", "資格情報が使用されたアカウント"),
            *("ターゲット アカウント", "対象アカウント", "新しいアカウント", "ロックアウトされたアカウント"),
            *("アカウント情報", "グループ", "ターゲット サブジェクト", "新しいグループ", "削除されたグループ"),
        ),
        "Member": ("Member", "メンバー"),
    }
)
"""Whose account a section of a message tells of."""

ACCOUNT_FIELDS = _table(
    {
        "UserSid": ("Security ID", "セキュリティ ID"),
        "UserName": ("Account Name", "アカウント名", "Group Name", "グループ名"),
        "DomainName": ("Account Domain", "アカウント ドメイン", "Group Domain", "グループ ドメイン"),
        "LogonId": ("Logon ID", "ログオン ID"),
    }
)
"""The fields that every such section has; the section's name goes before them."""

FIELDS = _table(
    {
        "LogonType": ("Logon Type", "ログオン タイプ", "ログオンの種類"),
        "LogonGuid": ("Logon GUID", "ログオン GUID"),
        "LogonProcessName": ("Logon Process", "ログオン プロセス"),
        "AuthenticationPackageName": ("Authentication Package", "認証パッケージ"),
        "Status": ("Status", "状態", "Result Code", "結果コード", "Error Code", "エラー コード"),
        "SubStatus": ("Sub Status", "サブ ステータス"),
        "FailureReason": ("Failure Reason", "失敗の原因"),
        "IpAddress": (
            *("Source Network Address", "Network Address", "Client Address", "Source Address"),
            *("ソース ネットワーク アドレス", "ネットワーク アドレス", "クライアント アドレス"),
            *("送信元アドレス", "ソース アドレス"),
        ),
        "IpPort": (
            *("Source Port", "Port", "Client Port"),
            *("ソース ポート", "ポート", "クライアント ポート", "送信元ポート"),
        ),
        "DestAddress": ("Destination Address", "宛先アドレス"),
        "DestPort": ("Destination Port", "宛先ポート"),
        "WorkstationName": ("Workstation Name", "ワークステーション名"),
        "Workstation": ("Source Workstation", "ソース ワークステーション"),
        "TargetUserName": ("Logon Account", "ログオン アカウント"),
        "TargetServerName": ("Target Server Name", "ターゲット サーバー名"),
        "ProcessId": ("Process ID", "プロセス ID"),
        "ProcessName": ("Process Name", "プロセス名"),
        "CallerProcessName": ("Caller Process Name", "呼び出し側プロセス名"),
        "NewProcessId": ("New Process ID", "新しいプロセス ID"),
        "NewProcessName": ("New Process Name", "新しいプロセス名"),
        "ParentProcessName": ("Creator Process Name", "クリエーター プロセス名", "作成元プロセス名"),
        "CommandLine": ("Process Command Line", "プロセスのコマンド ライン", "プロセス コマンド ライン"),
        "Application": ("Application Name", "アプリケーション名"),
        "ServiceName": ("Service Name", "サービス名"),
        "ServiceFileName": ("Service File Name", "サービス ファイル名", "サービスのファイル名"),
        "ServiceType": ("Service Type", "サービスの種類"),
        "StartType": ("Service Start Type", "サービス開始の種類", "サービスの開始の種類"),
        "AccountName": ("Service Account", "サービス アカウント"),
        "TaskName": ("Task Name", "タスク名"),
        "TaskContent": ("Task Content", "Task New Content", "タスク コンテンツ", "タスクの内容", "タスクの新しい内容"),
        "ObjectServer": ("Object Server", "オブジェクト サーバー"),
        "ObjectType": ("Object Type", "オブジェクトの種類", "オブジェクト タイプ"),
        "ObjectName": ("Object Name", "オブジェクト名"),
        "ObjectValueName": ("Object Value Name", "オブジェクト値の名前"),
        "ShareName": ("Share Name", "共有名"),
        "ShareLocalPath": ("Share Path", "共有パス"),
        "RelativeTargetName": ("Relative Target Name", "相対ターゲット名"),
        "SessionName": ("Session Name", "セッション名"),
        "ClientName": ("Client Name", "クライアント名"),
        "User": ("User", "ユーザー"),
        "TargetDomainName": ("Domain", "ドメイン"),
        "SessionID": ("Session ID", "セッション ID"),
    }
)
"""The other labels; what stands behind a label that is not here is kept under the label itself."""

RENAMED: dict[int, dict[str, str]] = {
    # The subject of a logoff is the account that logged off.
    **{
        code: {f"Subject{part}": f"Target{part}" for part in ("UserSid", "UserName", "DomainName", "LogonId")}
        for code in (4634, 4647)
    },
    **{
        code: {
            "SubjectUserName": "AccountName",
            "SubjectDomainName": "AccountDomain",
            "SubjectLogonId": "LogonID",
            "IpAddress": "ClientAddress",
        }
        for code in (4778, 4779)
    },
    1149: {"User": "Param1", "TargetDomainName": "Param2", "IpAddress": "Param3"},
    **{code: {"IpAddress": "Address"} for code in (21, 22, 24, 25)},
    7045: {"ServiceFileName": "ImagePath"},
}
"""What certain events call a field otherwise."""
