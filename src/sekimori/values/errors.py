"""What is raised for a text that is no value of its type, and the check that all types share."""

from sekimori.values.wording import N_

__all__ = ["InvalidValue", "present"]


class InvalidValue(ValueError):
    """A text that is no value of its type: `type` (such as `domain`), `text` as it was given, `reason`."""

    def __init__(self, type_: str, text: str, reason: str) -> None:
        super().__init__(type_, text, reason)
        self.type = str(type_)
        self.text = text
        self.reason = reason

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 80 else self.text[:79] + "…"
        what = N_("network address") if self.type == "network" else self.type.replace("_", " ")
        return N_("{text} is no {what}: {reason}").format(text=repr(shown), what=what, reason=self.reason)


def present(type_: str, text: str, given: str | None = None) -> str:
    """The text without blanks around it; refuses what logs write for "nothing" (empty, `-`) and any NUL.

    `given` is what `text` was made from, if it is not as it was given. Raises `InvalidValue`.
    """
    if "\0" in text:
        raise InvalidValue(type_, text if given is None else given, N_("it holds a NUL character"))
    stripped = text.strip()
    if stripped in {"", "-"}:
        raise InvalidValue(type_, text if given is None else given, N_("it is empty"))
    return stripped
