"""Faces: the command line. A command parses, then calls one verb of `sekimori.app`."""
