"""Doors: observables and indicators out of prose and mail."""
