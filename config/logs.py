"""What no line of a log may show: the secret in a customer's link, and who somebody is by e-mail.

Standard library only: whatever writes a log can use it, whether Django is there or not.
"""

import logging
import re

_SLASH = r"(?:/|%2F)"  # an address inside the query of another one is escaped
_SECRET = r"[A-Za-z0-9_-]"
_LOCAL = r"[\w.+%!#$*^{|}~-]"  # before the @ of an e-mail address
_BEFORE = rf"(?<!{_LOCAL})(?<!\w')"
_QUOTED = r'"[^"\n]+"'
_DOMAIN = r"[\w-]+(?:\.[\w-]+)+"

# What is masked, and what stands there afterwards. The order matters: the first ones keep more of the line readable.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # the pages of a customer or an outside party: /s/…, /f/…, /h/…
    (re.compile(rf"({_SLASH}[sfh]{_SLASH}){_SECRET}{{20,}}", re.I), r"\1***"),
    (re.compile(r"([?&;](?:token|key|secret|signature|code)=)[^\s&;\"'<>]+", re.I), r"\1***"),
    # 32 random bytes in url-safe letters, wherever they stand; names in small or in capital letters are none
    (re.compile(rf"(?<!{_SECRET})(?=[A-Z0-9_-]*[a-z])(?=[a-z0-9_-]*[A-Z]){_SECRET}{{40,}}"), "***"),
    # The look-behinds make one try per word, not one per letter: a line may be long.
    (re.compile(rf"{_BEFORE}(?:{_QUOTED}|{_LOCAL}(?:{_LOCAL}|')*?)(@|%40)({_DOMAIN})", re.I), r"***\1\2"),
)


def masked(text: str) -> str:
    """`text` with `/s/***` for each link that opens something, and `***@domain` for each e-mail address."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class MaskingFormatter(logging.Formatter):
    """The one formatter of every process. Masks the finished line, so that arguments, tracebacks and what others wrote
    into them are covered, whichever logger it was."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
