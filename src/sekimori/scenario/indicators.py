"""What a right extraction finds in the suspicious mail, and what it should propose to do with each."""

from sekimori.scenario.campaign import Campaign
from sekimori.scenario.people import Cast
from sekimori.scenario.truth import KnownIndicator

__all__ = ["known_indicators"]


def known_indicators(cast: Cast, plan: Campaign) -> list[KnownIndicator]:
    """The indicators in the suspicious mail with the proposals that are right for each."""
    return [*_to_hunt(plan), *_to_leave(cast, plan)]


def _to_hunt(plan: Campaign) -> list[KnownIndicator]:
    return [
        KnownIndicator(type=type_, value=value, proposals=["hunt"], reason=reason)
        for type_, value, reason in (
            ("mail_address", plan.sender.address, "the attacker's own account"),
            ("subject", plan.subjects[0], "long and particular to this mail"),
            ("url", plan.landing, "on the attacker's domain"),
            ("domain", plan.domain, "the attacker's own domain, with all names below it"),
            ("file_name", plan.attachment.name, "carries the date; no honest mail has it"),
            ("hash", plan.attachment_hash, "the attachment"),
            ("file_name", plan.member, "the program in the archive; its name is readable without the password"),
            ("hash", plan.dropped_hash, "that program itself, once the password of the second mail has opened it"),
            ("address", plan.origins[0], "the address that the mail was handed in from"),
        )
    ]


def _to_leave(cast: Cast, plan: Campaign) -> list[KnownIndicator]:
    free = cast.free_mail
    own, known, weak = ["own"], ["well_known"], ["weak"]
    either = ["well_known", "weak"]
    return [
        KnownIndicator(type=type_, value=value, proposals=proposals, reason=reason)
        for type_, value, proposals, reason in (
            ("mail_address", plan.reporter.address, own, "the recipient"),
            ("domain", cast.domain, own, "the institute's domain"),
            ("domain", cast.exchanger.name, own, "the institute's mail exchanger"),
            ("address", cast.exchanger.address, own, "the institute's mail exchanger"),
            ("domain", free.domain, known, "everybody may have an account there"),
            ("domain", free.relay.name, either, "the relay of all the provider's users"),
            ("address", free.relay.address, either, "the relay of all the provider's users"),
            ("display_name", plan.sender.name, weak, "a real person's name, whose honest mails bear it too"),
        )
    ]
