"""The rules for mails: one file each, found by themselves."""
