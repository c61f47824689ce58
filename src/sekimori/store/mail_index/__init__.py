"""The index over all mail of an organisation: derived from the evidence tables, exact, rebuilt whenever in doubt."""
