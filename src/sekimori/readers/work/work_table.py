"""Tables of work records, row by row: what stands over a table holds for all its rows.

作業記録   作業者：田中                                     (here for all rows)
作業日     | 開始  | 終了  | 対象サーバ | アカウント | 作業内容
2026/1/15  | 10:00 | 11:30 | srv01      | adm-tanaka | 更新の適用
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from sekimori.extract.scan import scan
from sekimori.model.kinds import WORK
from sekimori.model.report import N_
from sekimori.readers.protocol import ReadingContext, Records
from sekimori.readers.work.headers import is_header, role_of, roles_of
from sekimori.readers.work.work_times import date_in, span_of
from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import machine_or_address

__all__ = ["WorkTable", "records"]

Row = dict[str, object]

_SAME = frozenset({"〃", "同上", "々", '"', "''", "同", "ditto", "same"})
_NOTHING = frozenset({"", "-", "ー", "－", "―", "なし", "無し", "無", "n/a", "none"})
_BETWEEN = re.compile(r"\s*[、,;；，/／\n]\s*|\s+(?=\S)")
_REMARK = re.compile(r"[(（【\[]([^)）】\]]*)[)）】\]]")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*::?[0-9A-Fa-f:]+")
_MACHINE = re.compile(r"[A-Za-z](?=[A-Za-z0-9_.-]*[0-9_.-])[A-Za-z0-9_.-]*[A-Za-z0-9]")
"""A machine's name as machines have them: Latin, with a digit or a hyphen. Plain words in brackets are remarks."""
_LABELLED = re.compile(r"\s*([^:：]{1,20})[:：]\s*(\S.*)\Z", re.DOTALL)
_SERIAL = re.compile(r"(?:no\.?)?\s*[0-9]*\Z", re.IGNORECASE)
_MONTH = re.compile(r"(20[0-9]{2})\s*[年./-]\s*([0-9]{1,2})\s*月?(?![0-9./-])")
_OTHER_DAY = re.compile(
    r"(?:作成|承認|更新|印刷|確認|申請|提出)日|\b(?:created|approved|printed|updated)\b", re.IGNORECASE
)
_DAY_ONLY = re.compile(r"\s*([0-9]{1,2})\s*日?\s*\Z")


def records(rows: Sequence[Row]) -> Iterator[Records]:
    """The rows as one batch, if there are any."""
    if rows:
        yield Records(WORK, pa.RecordBatch.from_pylist(list(rows), schema=WORK.schema))


@dataclass(slots=True)
class WorkTable:
    """Takes the rows of a sheet in their order and makes records of them."""

    dataset: str
    context: ReadingContext
    sheet: str = ""
    headers: list[str] = field(default_factory=list)
    _roles: dict[str, int] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)
    _month: str = ""

    def __post_init__(self) -> None:
        self._over(self.sheet)

    def take(self, cells: Sequence[str]) -> Row | str | None:
        """A record without its place; the reason why the row is none; or None for what is no row of the table."""
        if is_header(cells):
            self.headers, self._roles = list(cells), roles_of(cells)
            self._last.clear()
            return None
        if not self.headers:
            self._above(cells)
            return None
        values = self._values(cells)
        if not any(values.values()):
            rest = " ".join(filter(None, cells))
            return None if _SERIAL.fullmatch(rest.strip()) else N_("the row has nothing in the columns that are known")
        if not any(values.get(role) for role in ("person", "account", "host", "source", "work", "ticket")):
            return N_("the row tells of no work")
        return self._record(cells, values)

    def _above(self, cells: Sequence[str]) -> None:
        """What stands over the table: `label: value` in one cell or in two, and dates."""
        for index, cell in enumerate(cells):
            labelled = _LABELLED.match(cell)
            following = next(filter(None, cells[index + 1 :]), "")
            label, value = (labelled[1], labelled[2]) if labelled else (cell, following)
            role = role_of(label.strip().rstrip(":："))
            if role and value and not role_of(value):
                self._given.setdefault(role, value.strip())
            elif not (labelled or _OTHER_DAY.search(" ".join(cells[:index]))):
                self._over(cell)

    def _over(self, text: str) -> None:
        if written := date_in(text):
            self._given["date"] = written
        elif month := _MONTH.search(unicodedata.normalize("NFKC", text)):
            self._month = f"{month[1]}-{int(month[2]):02d}"

    def _values(self, cells: Sequence[str]) -> dict[str, str]:
        """What each role's cell holds, ditto marks replaced."""
        values: dict[str, str] = {}
        for role, index in self._roles.items():
            value = cells[index].strip() if index < len(cells) else ""
            if value in _SAME:
                value = self._last.get(role, "")
            values[role] = "" if value.lower() in _NOTHING else value
        return values

    def _record(self, cells: Sequence[str], values: dict[str, str]) -> Row | str:
        day = values.get("date") or (self._last.get("date", "") if values.get("start") else "")
        day = day or self._given.get("date", "") or (self._sheet_day() if self._month else "")
        if self._month and (only := _DAY_ONLY.match(unicodedata.normalize("NFKC", day))):
            day = f"{self._month}-{int(only[1]):02d}"
        start = values.get("start") or self._given.get("start", "")
        try:
            span = span_of(day, start, values.get("end", ""), self.context.zone, self.context.arrived)
        except InvalidValue as error:
            return N_("no time: {reason}").format(reason=error)
        self._last.update({role: value for role, value in values.items() if value})
        text = self._text(cells)
        told = {role: values.get(role) or self._given.get(role, "") for role in ("person", "host", "source", "account")}
        sources, targets = _several(told["source"]), _several(told["host"])
        return {
            "timestamp": span.start,
            "event_dataset": self.dataset,
            "sheet": self.sheet or None,
            "person": told["person"] or None,
            "user_name": _several(told["account"]),
            "source_domain": sources,
            "host_name": targets,
            "event_end": span.end,
            "time_precision": span.precision,
            "ticket": values.get("ticket") or self._given.get("ticket") or None,
            "work_text": values.get("work") or None,
            "row_text": text,
            **_mentioned(text, [*(sources or ()), *(targets or ())]),
        }

    def _sheet_day(self) -> str:
        return self.sheet if _DAY_ONLY.match(unicodedata.normalize("NFKC", self.sheet)) else ""

    def _text(self, cells: Sequence[str]) -> str:
        headers = [*self.headers, *[""] * (len(cells) - len(self.headers))]
        pairs = ((" ".join(header.split()), cell) for header, cell in zip(headers, cells, strict=False) if cell)
        return "\n".join(f"{header}: {cell}" if header else cell for header, cell in pairs)


def _several(text: str) -> list[str] | None:
    """The names in a cell; of remarks in brackets only addresses and machines' names count."""
    remarks = [part for remark in _REMARK.findall(text) for part in _BETWEEN.split(remark)]
    addresses = [found for remark in remarks for found in _ADDRESS.findall(remark)]
    addresses += [remark for remark in remarks if _MACHINE.fullmatch(remark)]
    names = [name.strip() for name in _BETWEEN.split(_REMARK.sub(" ", text)) if name.strip()]
    return list(dict.fromkeys([*names, *addresses])) or None


def _mentioned(text: str, machines: Sequence[str]) -> Row:
    """The URLs, names and addresses that stand in a row; addresses in the columns of machines are not told twice."""
    found = scan(text)
    own = set(map(_machine, machines))
    return {
        "url_original": _once(one.text for one in found.urls),
        "url_domain": _once(host for one in found.urls if (host := url.host_of(one.value))),
        "text_domain": _once(one.text for one in found.domains),
        "text_address": _once(one.text for one in found.addresses if one.value not in own),
    }


def _machine(name: str) -> str:
    try:
        return machine_or_address(name)[1]
    except InvalidValue:
        return name


def _once(values: Iterable[str]) -> list[str] | None:
    return list(dict.fromkeys(values)) or None
