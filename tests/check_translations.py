"""Whether the catalogues are whole: every string of the code translated, nothing left over, each .mo of its .po.

Run by `.ci/run` (it needs the gettext tools). Exit 1 with a line per flaw.
"""

import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("id", "ms")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
Key = str | tuple[str, int]  # a plural has a number
NOT_OURS = ("tests", "bench", "docs")


def main() -> int:
    flaws = [flaw for language in LANGUAGES for flaw in flaws_of(language)]
    for flaw in flaws:
        print(flaw)
    print(f"Translations: {len(flaws)} flaws.")
    return 1 if flaws else 0


def flaws_of(language: str) -> list[str]:
    committed = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with tempfile.TemporaryDirectory() as folder:
        wanted = extracted(Path(folder), language)
        compiled = compile_catalogue(committed, Path(folder) / "compiled.mo")
    shipped = catalogue(committed.with_suffix(".mo"))
    ours = texts(key for key, words in compiled.items() if words)
    flaws = [f"{language}: not translated: {text!r}" for text in wanted - ours]
    flaws += [f"{language}: no longer used: {text!r}" for text in ours - wanted]
    flaws += [f"{language}: placeholders differ: {text!r}" for text, words in compiled.items() if differ(text, words)]
    if shipped != compiled:
        flaws.append(f"{language}: django.mo is not made of django.po (run `manage compilemessages`)")
    return flaws


def extracted(folder: Path, language: str) -> set[str]:
    """Every string of the code, by makemessages on a copy without any translation."""
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".tuntas", "*.po", "*.mo", *NOT_OURS))
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "makemessages", "-l", language, "-v0"]
    subprocess.run(command, cwd=copy, check=True, env={**os.environ, **SETTINGS})
    po = copy / "locale" / language / "LC_MESSAGES" / "django.po"
    filled = po.with_name("filled.po")
    subprocess.run(["msgen", "-o", filled, po], check=True)
    return texts(compile_catalogue(filled, folder / "wanted.mo"))


def texts(keys: Iterable[Key]) -> set[str]:
    """The English strings, a plural once."""
    return {key if isinstance(key, str) else key[0] for key in keys} - {""}


def compile_catalogue(po: Path, mo: Path) -> dict[Key, str]:
    subprocess.run(["msgfmt", "--check-format", "-o", mo, po], check=True)
    return catalogue(mo)


def catalogue(mo: Path) -> dict[Key, str]:
    with mo.open("rb") as stream:
        return dict(gettext.GNUTranslations(stream)._catalog)  # type: ignore[attr-defined]


def differ(text: Key, words: str) -> bool:
    """Of plain strings; msgfmt itself checks the plurals."""
    return isinstance(text, str) and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(words)) and text != ""


SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "translations",
    "DATABASE_URL": "postgresql://a@127.0.0.1/a",
    "OWNER_DATABASE_URL": "postgresql://a@127.0.0.1/a",
}

if __name__ == "__main__":
    sys.exit(main())
