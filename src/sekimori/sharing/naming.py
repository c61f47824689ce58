"""What lists call their columns, types, ways to match, confidences and markings, in English and Japanese.

Types include those of MISP's attributes (misp-project.org/datamodels) and STIX's objects.
"""

import re
from functools import lru_cache

from sekimori.model.indicator import Marking, MatchMode
from sekimori.values.text import fold
from sekimori.values.types import ObservableType as T

__all__ = ["COLUMNS", "LOOSE", "confidence_of", "key_of", "marking_of", "mode_of", "type_of"]

_TYPES = {
    T.DOMAIN: "domain domains domainname domainnames fqdn host hostname hostnames c2domain "
    "ドメイン ドメイン名 ホスト名",
    T.ADDRESS: "address ip ips ipv4 ipv6 ipaddress ipaddresses ipaddr ipdst ipsrc ipv4addr ipv6addr ipv4address "
    "ipv6address cidr network ipアドレス アドレス",
    T.URL: "url urls uri link",
    T.MAIL_ADDRESS: "mailaddress mail email emails emailaddress emailaddr emailsrc emaildst emailreplyto sender "
    "メールアドレス 送信元メールアドレス 差出人",
    T.SUBJECT: "subject emailsubject mailsubject 件名",
    T.DISPLAY_NAME: "displayname emailsrcdisplayname emaildstdisplayname 表示名 差出人名",
    T.MESSAGE_ID: "messageid emailmessageid メッセージid",
    T.FILE_NAME: "filename filenames emailattachment attachment ファイル名 添付ファイル名",
    T.FILE_PATH: "filepath path ファイルパス パス",
    T.REGISTRY_KEY: "registrykey registry regkey windowsregistrykey レジストリ レジストリキー",
    T.HASH: "hash hashes filehash md5 sha1 sha256 sha512 filehashmd5 filehashsha1 filehashsha256 "
    "x509fingerprintmd5 x509fingerprintsha1 x509fingerprintsha256 certificatehash ハッシュ ハッシュ値 証明書ハッシュ",
    T.USER_AGENT: "useragent httpuseragent ユーザーエージェント ユーザエージェント",
    T.JA3: "ja3 ja3hash ja3md5 ja3fingerprint ja3fingerprintmd5 tlsclientja3",
    T.JA4: "ja4 ja4fingerprint tlsclientja4",
    T.MAILER: "mailer xmailer emailxmailer メーラー",
    T.USER: "user username account targetuser ユーザー名 ユーザ名 アカウント",
    T.HOST: "computer computername コンピュータ名 コンピューター名 端末名",
    T.SERVICE: "service servicename windowsservicename サービス名",
    T.TASK: "task taskname scheduledtask windowsscheduledtask タスク名",
}
_TYPE_OF = {name: type_ for type_, names in _TYPES.items() for name in names.split()}

_COLUMNS = {
    "value": "value values indicator indicators indicatorvalue ioc iocs observable pattern "
    "値 指標 インジケータ インジケーター",
    "type": "type indicatortype ioctype observabletype 種別 種類 タイプ",
    "mode": "mode match matchmode matching 照合 照合方法 一致 一致方法",
    "description": "description comment comments note notes 備考 説明 コメント メモ 内容",
    "confidence": "confidence 確度 信頼度 確信度",
    "marking": "marking tlp 共有範囲 tlp区分",
    "valid_from": "validfrom 有効開始日 有効開始 開始日",
    "valid_until": "validuntil validto expires expiration expirationdate 有効期限 終了日",
    "seen": "firstseen dateadded date datetime 初回観測 観測日 日付 日時",
    "source": "source feed provider 情報源 出典 提供元",
    "labels": "labels label tags tag タグ ラベル",
    "for_detection": "toids",
}
COLUMNS = {name: column for column, names in _COLUMNS.items() for name in names.split()}
"""What a column holds, by `key_of` its header."""

LOOSE = re.compile(r"(?:^|[^a-z0-9])(?:c2|c&c|hash|sha-?256|sha-?1|md5|url|ip|domain|ioc|indicator)s?(?:[^a-z0-9]|$)")
"""A folded header whose column is likely to hold values among other things: "Remote Template IP"."""

_MODES = {
    MatchMode.EQUAL: "equal equals exact = 完全一致 一致",
    MatchMode.BELOW: "domainandbelow below subdomains suffix サブドメインを含む 配下 後方一致",
    MatchMode.CONTAINS: "contains substring partial 部分一致 含む",
    MatchMode.CIDR: "cidr network ネットワーク",
    MatchMode.URL_PREFIX: "urlprefix prefix startswith 前方一致",
    MatchMode.REGEX: "regex regexp 正規表現",
}
_MODE_OF = {name: mode for mode, names in _MODES.items() for name in names.split()}

_CONFIDENCES = {"high": 85, "medium": 50, "med": 50, "low": 15, "none": 0, "高": 85, "中": 50, "低": 15}
"""The middles of the None/Low/Med/High scale of STIX 2.1, appendix A."""

_MARKINGS = {
    **{marking.removeprefix("TLP:").lower(): marking for marking in Marking},
    "white": Marking.CLEAR,
    "amberstrict": Marking.AMBER_STRICT,
}


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """A name without case, width, blanks, hyphens, underscores and dots."""
    return re.sub(r"[\s_.\-]", "", fold(text)).lstrip("#")


def type_of(text: str) -> T | None:
    """The type that a list means by this name, None where there is none that is hunted."""
    return _TYPE_OF.get(key_of(text))


def mode_of(text: str) -> MatchMode | None:
    """The way to match that a list means by this name."""
    return _MODE_OF.get(key_of(text))


def confidence_of(text: str) -> int | None:
    """A confidence from 0 to 100, also from words; None for what is neither."""
    key = key_of(text)
    if key.isascii() and key.isdigit() and len(key) <= 3 and int(key) <= 100:
        return int(key)
    return _CONFIDENCES.get(key)


def marking_of(text: str) -> Marking | None:
    """A TLP marking, old or new, with or without "TLP:"."""
    return _MARKINGS.get(fold(text).removeprefix("tlp").strip(": "))
