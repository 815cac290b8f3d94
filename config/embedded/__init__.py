"""PostgreSQL, Valkey and the processes of the desk, started and stopped by `run.py`.

Standard library only, and nothing here imports Django: these modules must work before it does,
and keep working when the project's own code does not.
"""
