"""Bringing in complaints from a file: `mapping` says how to read it, `table` reads it, `rows` judges each row,
`run` writes what is good, in one transaction. docs/import.md explains it to an administrator."""
