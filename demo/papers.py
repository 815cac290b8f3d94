"""Receipts, letters and pictures, made by code: small files that any viewer opens."""

import struct
import zlib

from complaints.actions.verification import CheckedFile

PAGE = "[0 0 420 298]"  # points: A6, lying
LINE = 18


def paper(name: str, *lines: str) -> CheckedFile:
    """A PDF of one page with these lines; the first is its heading. Latin-1 only."""
    return CheckedFile(name, "application/pdf", _pdf(lines))


def picture(name: str, *, bars: int = 6) -> CheckedFile:
    """A grey still, as a camera would keep it: 320 x 180, with something standing in it."""
    return CheckedFile(name, "image/png", _png(320, 180, bars))


def _pdf(lines: tuple[str, ...]) -> bytes:
    shown = [f"BT /F1 {15 if not number else 11} Tf 36 {250 - number * LINE} Td ({_escaped(line)}) Tj ET"
             for number, line in enumerate(lines)]  # fmt: skip
    page = "\n".join(shown).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox " + PAGE.encode() + b" /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _with_index(objects)


def _with_index(objects: list[bytes]) -> bytes:
    """The objects, numbered, and the table that says at which byte each begins."""
    document, begins = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        begins.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    index = b"".join(b"%010d 00000 n \n" % offset for offset in begins)
    size = len(objects) + 1
    document, start = document + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, index), len(document)
    return document + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def _png(width: int, height: int, bars: int) -> bytes:
    rows = b"".join(b"\0" + bytes(_grey(x, y, width, height, bars) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)  # 8 bits, grey
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _grey(x: int, y: int, width: int, height: int, bars: int) -> int:
    """Floor, wall, and a row of upright things on the floor."""
    floor = height * 2 // 3
    part = width // bars
    stands_here = part // 4 < x % part < part * 3 // 4 and height // 3 < y < floor + height // 8
    return 60 + (x // part) * 8 if stands_here else (110 if y > floor else 190 - y // 3)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
