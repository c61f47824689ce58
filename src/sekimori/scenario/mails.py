"""The honest mails of the month: talk inside, partners, lists, private senders and harmless password mails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sekimori.scenario.documents import Document, pdf, picture, sheet, word
from sekimori.scenario.letters import Letter, as_page, charset, letter, private_letter, reply, signed
from sekimori.scenario.mailboxes import Journey, Post
from sekimori.scenario.mime import Draft, Party
from sekimori.scenario.month import DAYS, WORKING_DAYS, at, is_working, office_moment
from sekimori.scenario.people import Cast, Computer, Correspondent, Employee
from sekimori.scenario.texts import texts
from sekimori.scenario.zipcrypto import ZipMember, write_zip

__all__ = ["HonestMail", "new_id", "party", "private_origin"]

_MAILERS = ("Microsoft Outlook 16.0", "Mozilla Thunderbird", "Becky! ver. 2.81", "Apple Mail (2.3731)")


class HonestMail:
    """Writes honest mails into the post."""

    def __init__(self, cast: Cast, post: Post, dice: Random) -> None:
        self._cast = cast
        self._post = post
        self._dice = dice
        self._documents = [document for number in range(12) for document in self._made(number)]

    def fill(self, wanted: int) -> None:
        """Writes mails until the post has kept `wanted` of them."""
        kinds: tuple[Callable[[], None], ...] = (
            *(self._thread,) * 10,
            *(self._notice,) * 1,
            *(self.from_partner,) * 9,
            *(self._with_password,) * 2,
            *(self._private,) * 2,
            *(self._list,) * 2,
        )
        while self._post.count < wanted:
            self._dice.choice(kinds)()

    def from_partner(self, who: Correspondent | None = None) -> None:
        """A mail from a partner, sometimes with documents and an answer."""
        dice = self._dice
        sender = who or dice.choice(self._cast.partners)
        to = tuple(dice.sample(self._cast.employees, dice.choice((1, 1, 2, 3))))
        told = letter(dice, sender.language, self._greeting(to, sender.language), _signature(sender))
        documents = tuple(dice.sample(self._documents, dice.choice((0, 0, 1, 2))))
        first = self._outside(sender, to, told, self._moment(), documents)
        if dice.random() < 0.5:
            self._answer(to[0], party(sender), first, told, sender.language)

    def from_private(self, sender: Correspondent, to: Employee, when: datetime) -> str:
        """A mail from an honest free-mail user; its message id."""
        told = private_letter(self._dice, sender.language, signed(sender.name))
        return self._outside(sender, (to,), told, when, ()).message_id

    def with_password(self, sender: Correspondent, to: Employee, archive_name: str, when: datetime) -> Draft:
        """An encrypted archive and its password a little later, as honest partners send them too; the first mail."""
        dice = self._dice
        words = texts("mails")[sender.language]
        password = f"{dice.choice(('Umi', 'Nami', 'Shio'))}{dice.randrange(1000, 9999)}!"
        member = ZipMember(
            name=archive_name.removesuffix(".zip") + ".docx",
            data=dice.choice(self._documents).data,
            modified=when,
            encoding="cp932" if sender.language == "ja" else "utf-8",
        )
        archive = Document(archive_name, "application/zip", write_zip([member], password=password, dice=dice))
        told = letter(dice, sender.language, words["sending"], _signature(sender))
        first = self._outside(sender, (to,), told, when, (archive,))
        subject = words["password_subject"].format(subject=told.subject)
        text = f"{words['password']}\n\n    {password}\n\n{_signature(sender)}\n"
        self._outside(sender, (to,), Letter(subject, text), when + timedelta(minutes=dice.randint(1, 6)), ())
        return first

    def _with_password(self) -> None:
        number = self._dice.randrange(100, 999)
        name = f"{self._dice.choice(('報告書', '見積書', 'Draft', '仕様書'))}_{number}.zip"
        self.with_password(
            self._dice.choice(self._cast.partners), self._dice.choice(self._cast.employees), name, self._moment()
        )

    def _private(self) -> None:
        to = self._dice.choice(self._cast.employees)
        self.from_private(self._dice.choice(self._cast.private), to, self._moment())

    def _thread(self) -> None:
        dice = self._dice
        sender, *to = dice.sample(self._cast.employees, dice.choice((2, 2, 3, 5)))
        told = letter(dice, "ja", self._greeting(to, "ja"), _own_signature(sender))
        documents = tuple(dice.sample(self._documents, dice.choice((0, 0, 0, 1))))
        draft = self._inside(sender, tuple(party(who) for who in to), told, self._moment(), documents, ())
        self._post.deliver(draft, to, Journey(origin=sender.computer.address))
        if dice.random() < 0.15:
            self._post.file_sent(draft, sender)
        if dice.random() < 0.6:
            self._answer(to[0], party(sender), draft, told, "ja", back_to=sender)

    def _answer(
        self, who: Employee, to: Party, first: Draft, told: Letter, language: str, back_to: Employee | None = None
    ) -> None:
        """An answer inside, or to somebody outside: then only the sender's own copy is seen here."""
        dice = self._dice
        when = first.when + timedelta(minutes=dice.randint(8, 300), seconds=dice.randrange(60))
        said = reply(dice, language, told, _own_signature(who))
        draft = self._inside(who, (to,), said, when, (), (*first.thread, first.message_id))
        if back_to is None:
            self._post.file_sent(draft, who)
        else:
            self._post.deliver(draft, (back_to,), Journey(origin=who.computer.address))

    def _notice(self) -> None:
        dice = self._dice
        sender = dice.choice(self._cast.department("総務部"))
        readers = dice.sample(self._cast.employees, 12)
        subject = dice.choice(texts("mails")["ja"]["notices"])
        told = letter(dice, "ja", "所員各位", _own_signature(sender))
        everybody = Party("全所員", f"zenin@{self._cast.domain}")
        draft = self._inside(sender, (everybody,), Letter(subject, told.text), self._moment(), (), ())
        self._post.deliver(draft, readers, Journey(origin=sender.computer.address))

    def _list(self) -> None:
        dice = self._dice
        chosen = dice.choice([one for one in texts("mails")["lists"] if "outside" in one])
        told = letter(dice, chosen["language"], "", signed(chosen["title"]))
        site = chosen["outside"]
        link = f"http://{site}/archive/{dice.randrange(10_000)}.html"
        draft = Draft(
            message_id=new_id(dice, site),
            sender=Party(chosen["title"], f"{chosen['id']}@{site}"),
            to=(Party("", f"{chosen['id']}@{site}"),),
            when=self._moment(),
            subject=f"[{chosen['id']} {dice.randrange(1000, 9999)}] {told.subject}",
            text=f"{told.text}\n\n{link}\n",
            html=as_page(told.text, link),
            charset=charset(dice, chosen["language"]),
            headers=(("List-Id", f"<{chosen['id']}.{site}>"), ("Precedence", "list")),
        )
        journey = Journey(origin="198.51.100.130", relay=Computer(f"lists.{site}", "198.51.100.131"))
        self._post.deliver(draft, dice.sample(self._cast.employees, 5), journey)

    def _inside(
        self,
        sender: Employee,
        to: tuple[Party, ...],
        told: Letter,
        when: datetime,
        documents: tuple[Document, ...],
        thread: tuple[str, ...],
    ) -> Draft:
        return Draft(
            message_id=new_id(self._dice, self._cast.domain),
            sender=party(sender),
            to=to,
            when=when,
            subject=told.subject,
            text=told.text,
            documents=documents,
            charset=charset(self._dice, "ja"),
            thread=thread,
            headers=(("X-Mailer", _MAILERS[0]),),
        )

    def _outside(
        self,
        sender: Correspondent,
        to: tuple[Employee, ...],
        told: Letter,
        when: datetime,
        documents: tuple[Document, ...],
    ) -> Draft:
        dice = self._dice
        provider = sender.provider
        free = provider is self._cast.free_mail
        origin = private_origin(dice) if free else provider.relay.address.rpartition(".")[0] + ".5"
        extra = (("X-Originating-IP", f"[{origin}]"),) if free else (("X-Mailer", dice.choice(_MAILERS)),)
        link = f"https://www.{provider.domain}/info/{dice.randrange(1000)}" if dice.random() < 0.2 else ""
        draft = Draft(
            message_id=new_id(dice, provider.domain),
            sender=party(sender),
            to=tuple(Party(who.roman, who.address) if sender.language == "en" else party(who) for who in to),
            when=when,
            subject=told.subject,
            text=told.text + (f"\n{link}\n" if link else ""),
            html=as_page(told.text, link) if dice.random() < 0.35 else "",
            documents=documents,
            charset=charset(dice, sender.language),
            headers=extra,
        )
        web = texts("people")["free_mail"]["web"] if free else ""
        self._post.deliver(draft, to, Journey(origin=origin, relay=provider.relay, web=web))
        return draft

    def _greeting(self, to: tuple[Employee, ...] | list[Employee], language: str) -> str:
        if language == "en":
            return ""
        return "、".join(f"{who.family}様" for who in to[:3])

    def _moment(self) -> datetime:
        dice = self._dice
        if dice.random() < 0.9:
            return office_moment(dice, dice.choice(WORKING_DAYS))
        day = dice.choice([day for day in DAYS if not is_working(day)])
        return at(day) + timedelta(seconds=dice.randrange(6 * 3600, 23 * 3600))

    def _made(self, number: int) -> tuple[Document, ...]:
        dice = self._dice
        told = letter(dice, "ja", "", "")
        return (
            word(f"{told.subject}_{number}.docx", told.text),
            sheet(f"集計表_{number}.xlsx", told.text),
            pdf(f"report-{number}.pdf", f"Report {dice.randrange(10_000)}"),
            picture(f"IMG_{dice.randrange(1000, 9999)}.png", dice),
        )


def new_id(dice: Random, domain: str) -> str:
    """A new message id, without brackets."""
    return f"{dice.getrandbits(64):016x}.{dice.getrandbits(32):08x}@{domain}"


def party(who: Employee | Correspondent) -> Party:
    """A person as a mail header names them."""
    return Party(who.name, who.address)


def private_origin(dice: Random) -> str:
    """The address that a private person writes from."""
    return f"192.0.2.{dice.randrange(200, 250)}"


def _own_signature(who: Employee) -> str:
    return signed(who.name, f"{texts('people')['name']} {who.department}", who.address)


def _signature(who: Correspondent) -> str:
    return signed(who.name, who.title, who.address)
