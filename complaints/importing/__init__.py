"""Bringing in complaints from a file (docs/import.md).

`mapping` says how to read it, `table` reads it, `rows` judges each row,
`arrival` makes a complaint of a good one, `run` does it all in one transaction.
"""
