"""Fetching mail from where it lives. The only room that opens connections, and only when a command asks for it."""
