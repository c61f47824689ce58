"""`demo`: the main job on the built-in incident."""

import tempfile
from pathlib import Path

from sekimori import scenario
from sekimori.app.adding import add_evidence
from sekimori.app.case_answer import Answer
from sekimori.app.cases import NewCase, open_case
from sekimori.app.opening import create_workspace
from sekimori.app.organisations import import_profile
from sekimori.app.pieces import Progress, silent

__all__ = ["run_demo"]


def run_demo(folder: Path | None, *, scale: float, by: str, lang: str, progress: Progress = silent) -> Answer:
    """Write the incident into `folder` (else a new temporary one), add its evidence, open the case, answer it.

    The folder then holds the incident in `incident` and the workspace in `work`.
    """
    root = folder or Path(tempfile.mkdtemp(prefix="sekimori-demo-"))
    incident = root / "incident"
    scenario.write(incident, scale=scale)
    with create_workspace(root / "work", organisation="demo", by=by) as workspace:
        import_profile(workspace, workspace.organisation(), incident / "profile.yaml", by=by)
        organisation = workspace.organisation()
        add_evidence(workspace, organisation, [incident / "evidence"], by=by, progress=progress)
        mail = incident / "suspicious.eml"
        return open_case(workspace, organisation, mail, wanted=NewCase(), by=by, lang=lang, progress=progress)
