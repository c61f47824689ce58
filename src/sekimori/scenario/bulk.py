"""Bulk mail: waves of phishing and advertisement that reach many people at once, each copy with a link of its own."""

from datetime import timedelta
from random import Random

from sekimori.scenario.letters import as_page, charset
from sekimori.scenario.mailboxes import Journey, Post
from sekimori.scenario.mails import new_id
from sekimori.scenario.mime import Draft, Party
from sekimori.scenario.month import DAYS, at
from sekimori.scenario.people import Cast, Computer
from sekimori.scenario.texts import texts

__all__ = ["bulk_mail"]


def bulk_mail(cast: Cast, post: Post, dice: Random, wanted: int) -> None:
    """Writes waves until `wanted` copies are delivered."""
    until = post.count + wanted
    while post.count < until:
        wave = dice.choice(texts("mails")["bulk"])
        begins = at(dice.choice(DAYS)) + timedelta(seconds=dice.randrange(86_000))
        relay = Computer(f"vps{dice.randrange(90)}.hosting.example", f"192.0.2.{dice.randrange(100, 200)}")
        for who in dice.sample(cast.employees, dice.randint(8, 24)):
            link = f"http://{wave['site']}/l/{dice.getrandbits(40):010x}"
            language = "en" if wave["text"].isascii() else "ja"
            begins += timedelta(seconds=dice.randrange(1, 9))
            draft = Draft(
                message_id=new_id(dice, relay.name),
                sender=Party(wave["brand"], f"info{dice.randrange(1000)}@{wave['site']}"),
                to=(Party("", who.address),),
                when=min(begins, at(31, "23:59:50")),
                subject=wave["subject"],
                text=f"{wave['text']}\n\n{link}\n",
                html=as_page(wave["text"], link),
                charset=charset(dice, language),
            )
            post.deliver(draft, (who,), Journey(origin=relay.address, relay=relay))
