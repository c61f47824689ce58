"""Makes the mail index of a workspace anew: python -m benchmarks.mail_index WORKSPACE. Prints the number of mails."""

import sys
from pathlib import Path

from sekimori.store.mail_index.index import rebuild
from sekimori.store.workspace import Workspace


def main(folder: str) -> None:
    """Rebuild, print the number."""
    with Workspace(Path(folder)) as workspace:
        sys.stdout.write(str(rebuild(workspace, workspace.organisation())))


if __name__ == "__main__":
    main(*sys.argv[1:])
