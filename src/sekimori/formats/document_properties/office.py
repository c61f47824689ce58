"""Office documents since 2007: the properties in `docProps`, and the languages and fonts that the text is set in.

Reference: ISO/IEC 29500-1, 15.2.12 (core and extended properties), 17.3.2.20 (`w:lang`), 17.3.2.26 (`w:rFonts`);
ISO/IEC 29500-2, 11 (core properties). WPS Office adds a custom property with the language of its build.

    docProps/core.xml    <dc:creator>user</dc:creator><dcterms:created …>2014-10-06T00:12:00Z</dcterms:created>
"""

import html
import io
import re

from sekimori.formats.archive import ArchiveMember, Limits, members
from sekimori.formats.archive_zip import is_zip, is_zip_document
from sekimori.formats.document_properties.properties import DocumentProperties, cleaned, language_of, stamp

__all__ = ["properties", "recognises"]

_HEAD = 1 << 16
_LIMITS = Limits(members=2_000, member_bytes=4 << 20, total_bytes=64 << 20)
_READ = re.compile(
    r"docProps/(?:core|app|custom)\.xml|word/(?:document|styles|settings|fontTable)\.xml|xl/styles\.xml"
    r"|ppt/slides/slide1\.xml|meta\.xml",
    re.IGNORECASE,
)
_VALUE = re.compile(r"<(?:[A-Za-z]{1,20}:)?([A-Za-z-]{1,30})(?:\s[^<>]{0,300})?>([^<>]{1,800})</")
_LANGUAGE = re.compile(
    r"<(?:[a-z]:)?(?:lang|themeFontLang)\s[^<>]{0,300}>|<a:rPr\s[^<>]{0,300}>|<a:endParaRPr\s[^<>]{0,300}>"
)
_TAG = re.compile(r"(?:val|eastAsia|lang|altLang)=\"([A-Za-z]{2,3}-[A-Za-z]{2,4})\"")
_FONT = re.compile(
    r"<w:rFonts\s[^<>]{0,600}>|<w:font\s+w:name=\"([^\"]{1,80})\"|<(?:name|rFont)\s+val=\"([^\"]{1,80})\""
    r"|<a:(?:latin|ea)\s+typeface=\"([^\"]{1,80})\""
)
_SET = re.compile(r"w:(?:ascii|hAnsi|eastAsia)=\"([^\"]{1,80})\"")
_BUILD = re.compile(r"<vt:lpwstr>(\d{4})-\d+\.\d+")
_MANY = 40


def recognises(data: bytes) -> bool:
    """Whether it is a ZIP file that is a document."""
    return is_zip(data) and is_zip_document(data[:_HEAD])


def properties(data: bytes) -> DocumentProperties:
    """The properties of the package, languages and fonts in the order in which they stand."""
    values: dict[str, str] = {}
    languages: list[str] = []
    fonts: list[str] = []
    for member in members(io.BytesIO(data), "", _LIMITS):
        if not isinstance(member, ArchiveMember) or not member.data or not _READ.fullmatch(member.name):
            continue
        text = member.data.decode("utf-8", "replace")
        if member.name.lower().startswith(("docprops/", "meta")):
            for name, value in _VALUE.findall(text):
                values.setdefault(name.lower(), cleaned(html.unescape(value)))
            languages += [language_of(int(number)) for number in _BUILD.findall(text)]
        else:
            languages += [tag for found in _LANGUAGE.findall(text)[: 10 * _MANY] for tag in _TAG.findall(found)]
            fonts += _fonts(text)
    return DocumentProperties(
        author=values.get("creator") or values.get("initial-creator", ""),
        last_author=values.get("lastmodifiedby", ""),
        company=values.get("company", ""),
        application=values.get("application") or values.get("generator", ""),
        template=values.get("template", ""),
        created=stamp(values.get("created") or values.get("creation-date", "")),
        modified=stamp(values.get("modified", "")),
        languages=_each([values.get("language", ""), *languages]),
        fonts=_each(fonts),
    )


def _fonts(text: str) -> list[str]:
    found: list[str] = []
    for match in _FONT.finditer(text):
        named = next((name for name in match.groups() if name), "")
        found += [named] if named else _SET.findall(match[0])
        if len(found) > 10 * _MANY:
            break
    return [html.unescape(name) for name in found]


def _each(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cleaned(value) for value in values if value))[:_MANY]
