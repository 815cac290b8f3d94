"""The import itself: every row is judged before the first is written, and all are written in one transaction."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import batched
from pathlib import Path
