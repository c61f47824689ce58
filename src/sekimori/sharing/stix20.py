"""STIX 2.0 bundles (docs.oasis-open.org/cti/stix/v2.0).

    {"type": "bundle", "id": "bundle--…", "spec_version": "2.0", "objects": [
      {"type": "indicator", "id": "indicator--…", "labels": ["malicious-activity"],
       "pattern": "[domain-name:value = 'evil.example']", "valid_from": "2026-05-12T00:00:00Z"}]}

What is read of them, and what is refused, is in `sekimori.sharing.stix_bundle`.
"""

from typing import ClassVar

from sekimori.sharing.stix_bundle import StixBundle

__all__ = ["Stix20"]


class Stix20(StixBundle):
    """Objects of STIX 2.0: the bundle carries the version."""

    name: ClassVar[str] = "stix-2.0"
    title: ClassVar[str] = "STIX 2.0"
    version: ClassVar[str] = "2.0"
