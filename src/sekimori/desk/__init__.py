"""Judgement: cases and the answer that a case gives."""
