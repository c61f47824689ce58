"""Parses mails as far as a search needs them: python -m benchmarks.mail_parsing FOLDER. Prints how many, CPU-seconds.

Header fields, addresses, the text of the body, the names of attachments; no observables, no hashes, nothing kept.
"""

import gc
import sys
import time
from pathlib import Path

from sekimori.formats.mail import parse


def main(folder: str) -> None:
    """Parse all, print the number."""
    gc.freeze()  # as the command line does
    gc.set_threshold(100_000, 20, 100)
    count, start = 0, time.process_time()
    for path in Path(folder).rglob("*"):
        if path.is_file():
            mail = parse(path.read_bytes())
            _ = [mail.addresses(name) for name in ("from", "to", "cc")], mail.text("subject"), list(mail.parts)
            count += 1
    sys.stdout.write(f"{count} {time.process_time() - start}")


if __name__ == "__main__":
    main(*sys.argv[1:])
