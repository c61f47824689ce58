"""What every command has in common: its options, the workspace, and how it answers."""

import copy
import getpass
import inspect
import json
import locale
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from sekimori.app.opening import open_workspace
from sekimori.model.organisation import Organisation
from sekimori.render.messages import LANGUAGES, Translator, default_language, translator
from sekimori.render.safe import clean, safe_for
from sekimori.store.errors import Refused
from sekimori.store.workspace import Workspace
from sekimori.values import times
from sekimori.values.wording import N_

if TYPE_CHECKING:
    from sekimori.app.pieces import Progress

__all__ = ["EVIDENCE_NAMES", "Session", "command", "noun", "words", "write_error", "write_failure"]

EVIDENCE_NAMES = N_("Evidence: e-N, the beginning of its SHA-256, or its path or name as it was added.")
"""What a command that is about evidence takes for a name."""

_COMMON = ("workspace", "organisation", "lang", "as_json", "by")
_ERROR_CHARACTERS = 4000

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)
"""The language of the command that runs, for the error that may end it."""


def words() -> Translator:
    """The language of help texts: that of the locale."""
    return translator(_language_of_locale())


def _language_of_locale() -> str:
    """That of the environment; where this names none, as on Windows, that of the system."""
    try:
        system, _ = locale.getlocale()
    except ValueError:  # a locale that Python does not know
        system = None
    return default_language({"LANG": system or "", **{name: value for name, value in os.environ.items() if value}})


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


@dataclass(slots=True, kw_only=True)
class Session:
    """One command's run: the common options, and the ways to answer."""

    workspace: Path
    organisation: str | None
    lang: str
    as_json: bool
    by: str
    zone: str = "UTC"
    """The zone in which times are told: the organisation's, once the workspace is open."""

    @property
    def words(self) -> Translator:
        """Says things in the language asked for."""
        return translator(self.lang, self.zone)

    @contextmanager
    def open(self) -> Iterator[tuple[Workspace, Organisation]]:
        """The workspace and organisation that the command is about."""
        with open_workspace(self.workspace) as workspace:
            organisation = workspace.organisation(self.organisation)
            self.zone = organisation.profile.time_zone
            yield workspace, organisation

    def give(self, content: dict[str, Any], text: Callable[[], str]) -> None:
        """Answer: as JSON where that was asked for, else as text."""
        if self.as_json:
            # A console of another encoding gets escapes, never an error.
            write(json.dumps(content, ensure_ascii=not _is_unicode(), default=_told))
        else:
            write(text())

    def say(self, message: str, **values: object) -> str:
        """A message in the language asked for, its values cleaned of control characters."""
        return self.words.gettext(message).format(**{name: clean(str(value)) for name, value in values.items()})

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """Shows progress while the context lasts, on a terminal."""
        # Rich, which is imported only where it is shown, takes the same for a terminal (force-color.org).
        if self.as_json or not (sys.stderr.isatty() or os.environ.get("FORCE_COLOR")):
            yield lambda _what, _done: None
            return
        from rich import progress as bars  # noqa: PLC0415
        from rich.console import Console  # noqa: PLC0415

        console = Console(stderr=True)
        columns = (bars.SpinnerColumn("line"), bars.TextColumn("{task.description}"), bars.TimeElapsedColumn())
        with bars.Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("")
            encoding = console.encoding

            def tell(what: str, done: int) -> None:
                text = safe_for(encoding, clean(self.words.gettext(what) if what else ""))[-60:].replace("[", "(")
                bar.update(task, description=f"{text} {done / 1e6:.1f} MB" if done else text)

            yield tell

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Shows on a terminal what is being done while the context lasts."""
        with self.progress() as tell:
            tell(what, 0)
            yield


def _told(value: object) -> str:
    """What JSON has no form for."""
    return times.written(value) if isinstance(value, datetime) else str(value)


def write(text: str) -> None:
    """Write to standard output whatever its encoding can hold."""
    sys.stdout.write(safe_for(sys.stdout.encoding or "ascii", text).rstrip("\n") + "\n")


def write_error(text: str) -> None:
    """Write clean text to standard error whatever its encoding can hold."""
    sys.stderr.write(safe_for(sys.stderr.encoding or "ascii", f"sekimori: {text}").rstrip("\n") + "\n")


def write_failure(error: Exception) -> None:
    """Write why a command failed, in the language that it spoke."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror
        if error.filename is not None:
            text = N_("{path}: {reason}").format(path=error.filename, reason=text)
    lang = _SPOKEN.get()
    said = (translator(lang) if lang else words()).reason(text)
    write_error(clean(said, _ERROR_CHARACTERS))


def _is_unicode() -> bool:
    return (sys.stdout.encoding or "ascii").lower().replace("-", "").startswith("utf")


def command(
    app: typer.Typer, name: str, help_: str, *, without: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function `(session, …)` as the command `name`, with the common options added to its own.

    It refuses those of `without`, which would say nothing to it.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        own = [_said(one) for one in list(inspect.signature(function, eval_str=True).parameters.values())[1:]]
        common = _common_parameters()

        def run(context: typer.Context, **given: Any) -> None:
            plain = {key: _plain(value) for key, value in given.items()}
            session = _session({key: plain.pop(key) for key in _COMMON})
            _SPOKEN.set(session.lang)
            _refuse(context, without)
            function(session, **plain)

        run.__name__ = function.__name__
        context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        parameters = [context, *own, *common]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        app.command(name, help=words().gettext(help_))(run)
        return function

    return register


def _refuse(context: typer.Context, options: Sequence[str]) -> None:
    """Refuse options that were typed though they say nothing to the command. Raises `Refused`."""
    for name in options:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise Refused(N_("this command takes no {option}").format(option=f"--{name}"))


def _plain(value: Any) -> Any:
    r"""A text of the command line with escapes (`\x83`) for bytes that are no text; paths keep them."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if type(value) is str else value


def noun(app: typer.Typer, name: str, help_: str) -> typer.Typer:
    """A group of commands, `help_` in the language of the locale."""
    group = typer.Typer(no_args_is_help=True, help=words().gettext(help_))
    app.add_typer(group, name=name)
    return group


def _said(parameter: inspect.Parameter) -> inspect.Parameter:
    """The parameter of a command with its help in the language of the locale."""
    base, *extras = get_args(parameter.annotation)
    said = [copy.copy(extra) for extra in extras]
    for extra in said:
        if extra.help:
            extra.help = words().gettext(extra.help)
    return parameter.replace(annotation=Annotated[(base, *said)])


def _session(common: dict[str, Any]) -> Session:
    lang = common["lang"] or _language_of_locale()
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang}: {', '.join(LANGUAGES)}", param_hint="--lang")
    return Session(**{**common, "lang": lang, "by": common["by"] or _login_name()})


def _common_parameters() -> list[inspect.Parameter]:
    options: list[tuple[str, Any, Any]] = [
        (
            "workspace",
            Annotated[
                Path,
                typer.Option(envvar="SEKIMORI_WORKSPACE", help=N_("Folder of the workspace."), show_default="."),
            ],
            Path(),
        ),
        ("organisation", Annotated[str, typer.Option(help=N_("Organisation; else the only one."))], None),
        ("lang", Annotated[str, typer.Option(help=N_("Language: ja or en; else that of the locale."))], None),
        ("as_json", Annotated[bool, typer.Option("--json", help=N_("Answer as JSON."))], False),
        (
            "by",
            Annotated[str, typer.Option(help=N_("Who does it, for the audit log; else the login name."))],
            None,
        ),
    ]
    return [
        _said(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default))
        for name, annotation, default in options
    ]
