"""Guidance, not scripts to obey: pure functions of text and their word lists."""
