"""Judgement: administrators' logons beside the records of ordered work."""
