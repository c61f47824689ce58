"""STIX 2.1 bundles and TAXII 2.1 envelopes (docs.oasis-open.org/cti/stix/v2.1, section 4.7; taxii/v2.1, section 3.7).

    {"type": "bundle", "id": "bundle--…", "objects": [
      {"type": "indicator", "spec_version": "2.1", "id": "indicator--…", "pattern_type": "stix",
       "pattern": "[ipv4-addr:value = '203.0.113.9']", "valid_from": "2026-05-12T00:00:00Z", "confidence": 80}]}

What is read of them, and what is refused, is in `sekimori.sharing.stix_bundle`.
"""

from typing import ClassVar

from sekimori.sharing.stix_bundle import StixBundle

__all__ = ["Stix21"]


class Stix21(StixBundle):
    """Objects of STIX 2.1: every object carries the version."""

    name: ClassVar[str] = "stix-2.1"
    title: ClassVar[str] = "STIX 2.1"
    version: ClassVar[str] = "2.1"
