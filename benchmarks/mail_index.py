"""Makes a mail index anew: python -m benchmarks.mail_index WORKSPACE. Prints how many mails, CPU-seconds."""

import gc
import sys
import time
from pathlib import Path

from sekimori.store.mail_index.feeding import rebuild
from sekimori.store.workspace import Workspace


def main(folder: str) -> None:
    """Rebuild, print the number."""
    with Workspace(Path(folder)) as workspace:
        gc.freeze()  # as the command line does
        gc.set_threshold(100_000, 20, 100)
        start = time.process_time()
        count = rebuild(workspace, workspace.organisation())
        sys.stdout.write(f"{count} {time.process_time() - start}")


if __name__ == "__main__":
    main(*sys.argv[1:])
