"""Doors: the workspace's store: evidence tables, originals and the desk database that is their catalogue."""
