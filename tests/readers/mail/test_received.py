from sekimori.app.golden import MemorySource
from sekimori.readers.mail.exchange import MessageTrace
from sekimori.readers.mail.postfix import Postfix
from sekimori.readers.protocol import Reader, ReadingContext, Records

_LOG = "2014-10-06T00:00:0{} mx postfix/{}: 4J1x: {}\n"


def _rows(reader: Reader, text: str) -> list[dict[str, object]]:
    items = reader.read(MemorySource("log", text.encode()), ReadingContext())
    return [row for item in items if isinstance(item, Records) for row in item.batch.to_pylist()]


def test_a_queue_id_that_is_used_again_is_another_message() -> None:
    client, to = "client=unknown[192.0.2.7]", "to=<{}@example.jp>, status=sent (ok)"
    lines = [("1Z", "smtpd[1]", client), ("2Z", "local[1]", to.format("a"))]
    lines += [("3Z", "smtpd[1]", client), ("4Z", "local[1]", to.format("b"))]

    rows = _rows(Postfix(), "".join(_LOG.format(*line) for line in lines))

    assert [row["email_delivered_to"] for row in rows] == [["a@example.jp"], ["b@example.jp"]]


def test_lines_of_one_message_become_one_record() -> None:
    text = (
        '"Received","Sender Address","Recipient Address","Subject","Status","Message ID"\n'
        "2014-10-06T00:00:01,x@example.com,a@example.jp,件名,Delivered,<1@example.com>\n"
        "2014-10-06T00:00:01,x@example.com,b@example.jp,件名,Failed,<1@example.com>\n"
        "2014-10-06T00:00:01,x@example.com,c@example.jp,件名,Delivered,<1@example.com>\n"
    )

    [row] = _rows(MessageTrace(), text)

    assert row["email_delivered_to"] == ["a@example.jp", "c@example.jp"]
    assert row["email_subject"] == "件名"
