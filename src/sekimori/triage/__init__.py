"""Judgement on what was handed in: a verdict with reasons. Pure: facts in, an explained result out."""
