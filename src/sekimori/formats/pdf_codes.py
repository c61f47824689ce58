"""QR codes on the first pages of a PDF, drawn by PDFium in a process of its own.

The library draws whatever stands in the file, in native code that nothing interrupts: so another process does it, is
bounded in memory where the system can, and is stopped when its time is over. Reference: ISO 32000-1.

    [[1, "https://evil.example/b"]]
"""

import io
import json
import subprocess
import sys
from collections.abc import Sequence

from sekimori.formats.own_process import bound_memory, command
from sekimori.formats.qr_picture import read_codes

__all__ = ["PAGES", "codes_of_pdf"]

PAGES = 3
"""So many pages are drawn."""

_BYTES = 32 << 20
_MEMORY = 2 << 30
_SIDE = 1_600  # pixels of the longer side: a code of 2 cm on A4 has 4 pixels a module and more
_SECONDS = 10.0
_FOUND = 20


def codes_of_pdf(data: bytes, *, seconds: float = _SECONDS) -> list[tuple[int, str]] | None:
    """Page and text of every code on the first pages; None where they cannot be drawn in time. Never raises."""
    if len(data) > _BYTES or seconds <= 0:
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - ourselves
            command("sekimori.formats.pdf_codes"),
            input=data,
            capture_output=True,
            timeout=min(seconds, _SECONDS),
            check=False,
        ).stdout
        found = json.loads(answer)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return [(int(page), str(text)) for page, text in found[:_FOUND]]


def main() -> None:
    """Draw the PDF on the standard input and write what is found as JSON."""
    bound_memory(_MEMORY)
    json.dump(_found(sys.stdin.buffer.read(_BYTES + 1)), sys.stdout)


def _found(data: bytes) -> Sequence[tuple[int, str]]:
    import pypdfium2  # noqa: PLC0415 - in the process of its own

    found: list[tuple[int, str]] = []
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    for number in range(min(len(document), PAGES)):
        page = document[number]
        scale = _SIDE / max(1.0, *page.get_size())
        picture = page.render(scale=min(scale, 4.0), grayscale=True).to_pil()
        found += [(number + 1, text) for text in read_codes(picture)]
    return found


if __name__ == "__main__":
    main()
