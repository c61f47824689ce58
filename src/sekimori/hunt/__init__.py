"""Judgement: which indicators agree with which observed values, and what can be answered from that."""
