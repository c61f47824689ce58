"""`case`: one suspicious mail in, the whole answer out."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.case_answer import Answer
from sekimori.app.cases import NewCase, all_cases, answer_case, open_case
from sekimori.cli import jsons
from sekimori.cli.session import Session, command, noun
from sekimori.cli.texts import case_answer_text, cases_text
from sekimori.model.report import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "case", N_("Cases: open one with a suspicious mail, and answer it."))
    command(group, "open", N_("Open a case with a suspicious mail: extract, hunt, report."))(open_)
    command(group, "show", N_("Answer a case anew, with the evidence there is now."))(show)
    command(group, "list", N_("List the cases."))(list_)


def open_(
    session: Session,
    mail: Annotated[Path, typer.Argument()],
    title: Annotated[str | None, typer.Option(help=N_("Title; else the mail's subject."))] = None,
    again: Annotated[bool, typer.Option("--again", help=N_("Open another case with a mail that has one."))] = False,
) -> None:
    """Open a case."""
    with session.open() as (workspace, organisation), session.progress() as progress:
        answer = open_case(
            workspace,
            organisation,
            mail,
            wanted=NewCase(title=title, again=again),
            by=session.by,
            lang=session.lang,
            progress=progress,
        )
    session.give(jsons.answer(answer), lambda: _opened_text(session, answer))


def show(session: Session, number: Annotated[int, typer.Argument()]) -> None:
    """Answer a case anew."""
    with session.open() as (workspace, organisation), session.progress() as progress:
        answer = answer_case(workspace, organisation, number, by=session.by, lang=session.lang, progress=progress)
    session.give(jsons.answer(answer), lambda: case_answer_text(session, answer))


def list_(session: Session) -> None:
    """List the cases."""
    with session.open() as (workspace, organisation):
        cases = all_cases(workspace, organisation)
    session.give({"cases": [jsons.case(one) for one in cases]}, lambda: cases_text(session, cases))


def _opened_text(session: Session, answer: Answer) -> str:
    text = case_answer_text(session, answer)
    if answer.is_new:
        return text
    known = N_("This mail is case {number} already; that is answered anew. With --again another case is opened.")
    return f"{text}\n{session.say(known, number=answer.report.case)}"
