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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("id", "ms")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
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
    flaws = [f"{language}: not translated: {text!r}" for text in wanted if not compiled.get(text)]
    flaws += [f"{language}: no longer used: {text!r}" for text in compiled.keys() - wanted if text]
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
    return {text for text in compile_catalogue(filled, folder / "wanted.mo") if text}


def compile_catalogue(po: Path, mo: Path) -> dict[str, str]:
    subprocess.run(["msgfmt", "--check-format", "-o", mo, po], check=True)
    return catalogue(mo)


def catalogue(mo: Path) -> dict[str, str]:
    with mo.open("rb") as stream:
        entries = gettext.GNUTranslations(stream)._catalog  # type: ignore[attr-defined]
    return {key[0] if isinstance(key, tuple) else key: words for key, words in entries.items()}


def differ(text: str, words: str) -> bool:
    return bool(text) and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(words))


SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "translations",
    "DATABASE_URL": "postgresql://a@127.0.0.1/a",
    "OWNER_DATABASE_URL": "postgresql://a@127.0.0.1/a",
}

if __name__ == "__main__":
    sys.exit(main())
