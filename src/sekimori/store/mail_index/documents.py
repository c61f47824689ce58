"""What the candidate index (see `candidates`) is made of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import tantivy

from sekimori.store.mail_index.candidates import ENCRYPTED
from sekimori.store.mail_index.gram_batches import grams_of_texts
from sekimori.store.mail_index.grams import Letters, without_hashes
from sekimori.store.mail_index.mails import IndexedMail, order_of

__all__ = ["create", "documents"]


def create(folder: Path) -> tantivy.Index:
    """A new, empty index in an empty folder."""
    builder = tantivy.SchemaBuilder()
    for name in ("w", "h", "c"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("order", fast=True)
    builder.add_unsigned_field("received", fast=True)
    builder.add_unsigned_field("number", fast=True)
    return tantivy.Index(builder.build(), path=str(folder))


def documents(mails: Sequence[IndexedMail], first: int, letters: Letters) -> Iterator[tuple[tantivy.Document, str]]:
    """The entries of some mails (256 at most), numbered from `first`, and the words of each."""
    grams = grams_of_texts([mail.text for mail in mails])
    for number, (mail, tokens) in enumerate(zip(mails, grams, strict=True), first):
        text, hashes = without_hashes(mail.text)
        words = letters.words(text)
        document = tantivy.Document()
        document.add_text("w", words)
        document.add_text("h", letters.hashes(hashes))
        document.add_text("c", f"{tokens} {ENCRYPTED}" if mail.is_encrypted else tokens)
        document.add_unsigned("order", mail.order)
        document.add_unsigned("received", order_of(mail.received, mail.evidence))
        document.add_unsigned("number", number)
        yield document, words
