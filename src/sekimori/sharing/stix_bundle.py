"""What STIX 2.0 and 2.1 share: bundles, their indicators, markings and sources."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar

import orjson

from sekimori.model.indicator import Indicator, Marking, RefusedRow
from sekimori.model.report import N_
from sekimori.sharing.naming import marking_of
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.sharing.stix_pattern import Unsupported, terms
from sekimori.sharing.stix_term import taken_of
from sekimori.sharing.taking import NotTaken, Taken, shown
from sekimori.sharing.text_file import json_text
from sekimori.values.errors import InvalidValue

__all__ = ["StixBundle"]

Thing = dict[str, object]

_MARKINGS = {
    # TLP 1 (STIX 2.1, section 7.2.1.4)
    "613f2e26-407d-48c7-9eca-b8e91df99dc9": Marking.CLEAR,
    "34098fce-860f-48ae-8e50-ebd3cc5e41da": Marking.GREEN,
    "f88d31f6-486f-44da-b317-01333bde0b82": Marking.AMBER,
    "5e57c739-391a-4eb3-b6be-7d15ca92d5ed": Marking.RED,
    # TLP 2.0 (oasis-open/cti-stix-common-objects, extension-definition-specifications/tlp-2.0)
    "94868c89-83c2-464b-929b-a1a8aa3c8487": Marking.CLEAR,
    "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": Marking.GREEN,
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": Marking.AMBER,
    "939a9414-2ddd-4d32-a0cd-375ea402b003": Marking.AMBER_STRICT,
    "e828b379-4e03-4974-9ac4-e53a884c97c1": Marking.RED,
}
_WIDENED = N_("hunted as {value} alone, without the condition: {condition}")
_STRICTNESS = tuple(Marking)
_OBSERVATIONS = frozenset(
    ("artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr",
     "ipv6-addr", "mac-addr", "mutex", "network-traffic", "observed-data", "process", "software", "url", "user-account",
     "windows-registry-key", "x509-certificate")
)  # fmt: skip


class StixBundle(IndicatorFormat):
    """A bundle, a TAXII envelope, a list of objects or one object; a subclass says of which version."""

    version: ClassVar[str]

    def recognises(self, name: str, data: bytes) -> bool:  # noqa: ARG002 - the content tells
        """By its JSON: objects with STIX ids, and the version that they or the bundle carry."""
        return _loaded(data)[0] == self.version

    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        """The indicators, in their order, and what was refused.

        Observables without a judgement are no indicators: they are refused, one row for each type.
        """
        _, things = _loaded(data)
        context = _Bundle(name, self.version, things)
        newest = _newest(things)
        for thing in things:
            if thing.get("type") == "indicator":
                yield from context.rows(thing, old=_text(thing, "modified") < newest[_text(thing, "id")])
        for kind, count in sorted(Counter(_text(t, "type") for t in things if t.get("type") in _OBSERVATIONS).items()):
            reason = N_("{count} objects of this type are observations, not indicators")
            yield RefusedRow(origin=name, text=kind, reason=reason.format(count=f"{count:,}"))


class _Bundle:
    """The objects of one file that others refer to."""

    def __init__(self, name: str, version: str, things: list[Thing]) -> None:
        self._name = name
        self._version = version
        self._names = {_text(t, "id"): _text(t, "name") for t in things if t.get("type") == "identity"}
        definitions = [t for t in things if t.get("type") == "marking-definition"]
        self._markings = {_text(t, "id"): _defined(t) for t in definitions}

    def rows(self, thing: Thing, *, old: bool) -> Iterator[Indicator | RefusedRow]:
        """What one indicator object becomes."""
        origin = N_("{name}, {what}").format(name=self._name, what=_text(thing, "id") or N_("indicator without id"))
        pattern = _text(thing, "pattern")
        if reason := _reason_against(thing, old=old):
            yield RefusedRow(origin=origin, text=shown(pattern), reason=reason)
            return
        for term in terms(pattern, self._version):
            try:
                if isinstance(term, Unsupported):
                    raise NotTaken(str(term))
                found = taken_of(term)
            except (NotTaken, InvalidValue) as error:
                yield RefusedRow(origin=origin, text=shown(pattern), reason=str(error))
            else:
                for taken in found:
                    yield self._indicator(thing, taken, origin)
                    if taken.widened:
                        condition = taken.note.removeprefix("and ")
                        reason = _WIDENED.format(value=shown(taken.pattern, 100), condition=condition)
                        yield RefusedRow(origin=origin, text=shown(pattern), reason=reason)

    def _indicator(self, thing: Thing, taken: Taken, origin: str) -> Indicator:
        parts = [_text(thing, "name"), _text(thing, "description"), f"({taken.note})" if taken.note else ""]
        confidence = thing.get("confidence")
        labels = [*_texts(thing, "labels"), *_texts(thing, "indicator_types")]
        return Indicator(
            type=taken.type,
            mode=taken.mode,
            pattern=taken.pattern,
            description=shown(": ".join(filter(None, parts[:2])) + f" {parts[2]}".rstrip(), 1000).strip(),
            confidence=confidence if isinstance(confidence, int) and 0 <= confidence <= 100 else 50,
            source=self._names.get(_text(thing, "created_by_ref")) or self._name,
            origin=origin,
            marking=self._marking(thing),
            valid_from=_time(_text(thing, "valid_from")),
            valid_until=_time(_text(thing, "valid_until")),
            labels=tuple(dict.fromkeys(labels)),
        )

    def _marking(self, thing: Thing) -> Marking:
        """The strictest of its markings, those of its parts included. One that is not in the file counts as red."""
        found: list[Marking] = []
        granular = thing.get("granular_markings")
        parts = (
            [_text(part, "marking_ref") for part in granular if isinstance(part, dict)]
            if isinstance(granular, list)
            else []
        )
        for reference in filter(None, [*_texts(thing, "object_marking_refs"), *parts]):
            known = _MARKINGS.get(reference.removeprefix("marking-definition--"))
            marking = known or self._markings.get(reference, Marking.RED)
            if marking:
                found.append(marking)
        return max(found, key=_STRICTNESS.index, default=Marking.AMBER)


def _loaded(data: bytes) -> tuple[str, list[Thing]]:
    """The version and the objects of a STIX file; no version where it is none."""
    text = json_text(data)
    if text is None:
        return "", []
    try:
        loaded = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "", []
    envelope: Thing = loaded if isinstance(loaded, dict) else {}
    things = envelope.get("objects", [envelope]) if isinstance(loaded, dict) else loaded
    objects = [t for t in things if isinstance(t, dict) and "--" in _text(t, "id")] if isinstance(things, list) else []
    if not objects and envelope.get("type") != "bundle":
        return "", []
    return _version(envelope, objects), objects if things != [envelope] or envelope.get("type") != "bundle" else []


def _version(envelope: Thing, objects: list[Thing]) -> str:
    """In 2.0 the bundle carries the version, in 2.1 every object does."""
    if any(thing.get("spec_version") == "2.1" for thing in objects):
        return "2.1"
    if envelope.get("type") == "bundle" and "spec_version" not in envelope:
        return "2.1"
    return "2.0"


def _newest(things: list[Thing]) -> dict[str, str]:
    """When each indicator, by its id, was modified last."""
    found: dict[str, str] = {}
    for thing in things:
        if thing.get("type") == "indicator":
            key = _text(thing, "id")
            found[key] = max(found.get(key, ""), _text(thing, "modified"))
    return found


def _reason_against(thing: Thing, *, old: bool) -> str:
    if thing.get("revoked") is True:
        return N_("its source has revoked it")
    if old:
        return N_("the file holds a newer version of it")
    kind = _text(thing, "pattern_type") or "stix"
    if kind != "stix":
        return N_("its pattern is written in {language}, not in STIX").format(language=shown(kind, 40))
    return "" if _text(thing, "pattern") else N_("it has no pattern")


def _defined(thing: Thing) -> Marking | None:
    """The TLP marking that a definition states; None where it states something else."""
    definition = thing.get("definition")
    texts = [_text(definition, "tlp")] if isinstance(definition, dict) else []
    extensions = thing.get("extensions")
    if isinstance(extensions, dict):
        texts += [_text(value, "tlp_2_0") for value in extensions.values() if isinstance(value, dict)]
    texts += [_text(thing, "name")]
    return next(filter(None, map(marking_of, filter(None, texts))), None)


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(thing: Thing, name: str) -> str:
    value = thing.get(name)
    return value if isinstance(value, str) else ""


def _texts(thing: Thing, name: str) -> list[str]:
    value = thing.get(name)
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
