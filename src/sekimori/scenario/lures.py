"""The campaign's mails: lures, password mails, the conversation with one victim, and the second wave."""

from datetime import datetime, timedelta
from random import Random

from sekimori.scenario.campaign import Campaign
from sekimori.scenario.letters import as_page
from sekimori.scenario.mailboxes import Journey, Post
from sekimori.scenario.mails import new_id, party
from sekimori.scenario.mime import Draft
from sekimori.scenario.month import at
from sekimori.scenario.people import Cast, Employee
from sekimori.scenario.texts import texts
from sekimori.scenario.truth import CampaignMail, Truth, utc

__all__ = ["Lures"]

_SIGNATURE = "--\n湊大学 海洋政策学部\n教授 田辺 康介"
_LURE = (
    "{family}様\n\nご無沙汰しております。湊大学の田辺です。\n\n"
    "昨日の海洋政策懇談会ではありがとうございました。議事録がまとまりましたので、お送りいたします。\n"
    "内容に誤りがないか、今週中にご確認ください。\n\n"
    "資料の閲覧用ページ：\n{landing}\n\n"
    "添付ファイルのパスワードは別途お送りいたします。\n\n{signature}\n"
)
_KEY_LETTER = (
    "{family}様\n\n先程お送りした議事録のパスワードをお知らせいたします。\n\n    {password}\n\n"
    "添付が開けない場合は、下記よりダウンロードしてください。\n{download}\n\n{signature}\n"
)
_SECOND = (
    "{family}様\n\n湊大学の田辺です。\n\n深海資源に関する有識者会合を来月開催することになりました。\n"
    "開催要領を下記に掲載しましたので、ご一読のうえ、ご出欠をお知らせください。\n\n{download}\n\n{signature}\n"
)
_REPLY = (
    "田辺先生\n\n議事録をお送りいただきありがとうございます。\n添付を開きましたが、画面に何も表示されません。\n\n"
    "{family}\n\n{quoted}\n"
)
_FOLLOW_UP = (
    "{family}様\n\nご連絡ありがとうございます。\n閲覧用ページのほうでご覧になれるかと存じます。\n"
    "{landing}\n\n{signature}\n"
)


class Lures:
    """Writes the campaign's mails into the post and into the truth."""

    def __init__(self, cast: Cast, post: Post, campaign: Campaign, truth: Truth, dice: Random) -> None:
        self._cast = cast
        self._post = post
        self._campaign = campaign
        self._truth = truth
        self._dice = dice

    def send(self) -> None:
        """All of them, in the order of their times."""
        plan = self._campaign
        for number, who in enumerate(plan.first_wave):
            lure = self._lure(who, plan.lured + timedelta(seconds=97 * number))
            self._password(who, lure)
            if who is plan.opener:
                self._conversation(who, lure)
        for number, who in enumerate(plan.second_wave):
            self._second(who, plan.lured_again + timedelta(seconds=141 * number))
        self._truth.received = [who.address for who in (*plan.first_wave, *plan.second_wave)]
        self._truth.opened = [plan.opener.address, plan.sleeper.address]
        self._truth.answered = [plan.opener.address]

    def _lure(self, who: Employee, when: datetime) -> Draft:
        plan = self._campaign
        text = _LURE.format(family=who.family, landing=plan.landing, signature=_SIGNATURE)
        draft = self._draft(who, when, plan.subjects[0], text, html=as_page(text, plan.landing), attached=True)
        why = ["sender address", "subject", "attachment name", "attachment sha256", "originating address", "domain"]
        file = self._deliver(draft, who, "lure", 1, why)
        if who is plan.reporter:
            self._truth.suspicious = {
                "file": "suspicious.eml",
                "message_id": draft.message_id,
                "recipient": who.address,
                "copy_of": file,
            }
        return draft

    def _password(self, who: Employee, lure: Draft) -> None:
        plan = self._campaign
        text = _KEY_LETTER.format(
            family=who.family, password=plan.password, download=plan.download, signature=_SIGNATURE
        )
        when = lure.when + timedelta(minutes=self._dice.randint(6, 9), seconds=self._dice.randrange(60))
        draft = self._draft(who, when, "議事録のパスワードについて", text)
        self._deliver(draft, who, "password", 1, ["sender address", "originating address", "domain"])

    def _conversation(self, who: Employee, lure: Draft) -> None:
        plan = self._campaign
        quoted = "\n".join("> " + line for line in lure.text.splitlines())
        asked = Draft(
            message_id=new_id(self._dice, self._cast.domain),
            sender=party(who),
            to=(plan.sender,),
            when=at(9, "09:58:20"),
            subject="Re: " + lure.subject,
            text=_REPLY.format(family=who.family, quoted=quoted),
            charset="iso-2022-jp",
            thread=(lure.message_id,),
            headers=(("X-Mailer", "Microsoft Outlook 16.0"),),
        )
        file = self._post.file_sent(asked, who)
        self._note(asked, file, who.address, "reply", 1, ["sender address as recipient", "domain in the quoted text"])
        text = _FOLLOW_UP.format(family=who.family, landing=plan.landing, signature=_SIGNATURE)
        thread = (lure.message_id, asked.message_id)
        answer = self._draft(who, at(9, "11:20:03"), "Re: Re: " + lure.subject, text, thread=thread)
        self._deliver(answer, who, "follow-up", 1, ["sender address", "originating address", "domain"])

    def _second(self, who: Employee, when: datetime) -> None:
        plan = self._campaign
        text = _SECOND.format(family=who.family, download=plan.download, signature=_SIGNATURE)
        draft = self._draft(who, when, plan.subjects[1], text, html=as_page(text, plan.download))
        self._deliver(draft, who, "lure", 2, ["sender address", "domain"])

    def _draft(
        self,
        who: Employee,
        when: datetime,
        subject: str,
        text: str,
        *,
        html: str = "",
        attached: bool = False,
        thread: tuple[str, ...] = (),
    ) -> Draft:
        plan = self._campaign
        return Draft(
            message_id=new_id(self._dice, self._cast.free_mail.domain),
            sender=plan.sender,
            to=(party(who),),
            when=when,
            subject=subject,
            text=text,
            html=html,
            documents=(plan.attachment,) if attached else (),
            thread=thread,
            headers=(("X-Originating-IP", f"[{self._origin(when)}]"), ("X-Mailer", "Freemail Web 3")),
        )

    def _origin(self, when: datetime) -> str:
        return self._campaign.origins[when >= self._campaign.lured_again]

    def _deliver(self, draft: Draft, who: Employee, kind: str, wave: int, why: list[str]) -> str:
        free = self._cast.free_mail
        web = texts("people")["free_mail"]["web"]
        journey = Journey(origin=self._origin(draft.when), relay=free.relay, web=web)
        file = self._post.deliver(draft, (who,), journey)[who.address]
        self._note(draft, file, who.address, kind, wave, why)
        return file

    def _note(self, draft: Draft, file: str, mailbox: str, kind: str, wave: int, why: list[str]) -> None:
        self._truth.mails.append(
            CampaignMail(
                message_id=draft.message_id,
                file=file,
                mailbox=mailbox,
                sender=draft.sender.address,
                recipient=draft.to[0].address,
                time=utc(draft.when),
                kind=kind,
                wave=wave,
                why=why,
            )
        )
