"""Doors: a seeded generator of an invented incident, with its truth.

An invented research institute's October 2026: mailboxes, proxy and DNS logs, Windows events and work records, with an
espionage campaign hidden among them. `write` lays it out below a folder:

    profile.yaml                         what the institute says of itself
    suspicious.eml                       the mail that was reported: one of the lures
    warning.csv                          a partner's warning: further indicators
    truth.json                           what is to be found, and what must be left alone
    evidence/mail/NAME/Maildir/          and NAME.mbox
    evidence/proxy/access-20261001.log.gz
    evidence/dns/dns.2026-10-01.log      Zeek; one day as JSON
    evidence/windows/HOST-security.xml   and -sysmon.xml, -remote.xml, -system.xml, -security.csv
    evidence/work/作業記録_2026-10.xlsx     and one team's CSV

All people and organisations are invented. Names are reserved ones (RFC 2606, example.jp), outside addresses those for
documentation (RFC 5737); the attacker's lie in 203.0.113.64/26, where nobody else is but one innocent shop, a decoy.
"""

from sekimori.scenario.incident import FolderNotEmpty, write
from sekimori.scenario.truth import Truth

__all__ = ["FolderNotEmpty", "Truth", "write"]
