"""Text files as UTF-8, whatever their encoding: found out by looking at all of the file, read piece by piece."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from engine.errors import Code, FileError
from engine.text import Text

UNREADABLE = Code("FILE-DATA-UNREADABLE", "A data file is not there, or may not be read.")
NO_TEXT = Code("FILE-NO-TEXT", "A file that should hold lines of text holds something else.")
BROKEN_TEXT = Code("FILE-ENCODING", "A file has bytes that are no text in its encoding.")
BROKEN_ARCHIVE = Code("FILE-ARCHIVE", "A compressed file is damaged or incomplete.")

_PIECE: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN: Final = (
    (b"PK\x03\x04", Text("a spreadsheet or an archive"), Text("Save the table as CSV in the program it comes from.")),
    (b"\xd0\xcf\x11\xe0", Text("an old spreadsheet"), Text("Save the table as CSV in the program it comes from.")),
    (b"PAR1", Text("a Parquet file"), Text("Add it as a Parquet resource.")),
    (b"%PDF", Text("a PDF"), Text("Choose a file of text with one record a line.")),
)
_NOT_IN_CP1252: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
_GZIP: Final = b"\x1f\x8b"

Check = Callable[[], None]
"""Raises RunCancelled when a person has stopped the work."""


def is_gzip(path: Path) -> bool:
    """Return whether a file is compressed with gzip. Raises FileError."""
    with reading(path), path.open("rb") as file:
        return file.read(2) == _GZIP


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what can go wrong while `path` is read into a sentence; pipes and devices are not read at all."""
    if "\0" in str(path) or (path.exists() and not path.is_file()):
        text = Text("“{path}” is no file.", path=path.name.replace("\0", ""))
        raise FileError(UNREADABLE, text, hint=Text("Choose a file that holds a table."))
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileError(
            BROKEN_ARCHIVE,
            Text("“{file}” is a compressed file that is damaged or incomplete.", file=path.name),
            hint=Text("Fetch it again."),
        ) from None
    except FileNotFoundError:
        raise FileError(
            UNREADABLE,
            Text("“{file}” is not there: {path}", file=path.name, path=str(path)),
            hint=Text("Put the file there, or choose another one."),
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            UNREADABLE,
            Text("“{file}” cannot be read: {reason}.", file=path.name, reason=reason),
            hint=Text("Choose another file."),
        ) from None


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, decompressed if it is compressed. Raises FileError."""
    is_compressed = is_gzip(path)
    with reading(path), path.open("rb") as file:
        if is_compressed:
            with gzip.GzipFile(fileobj=file) as inner:
                yield cast("IO[bytes]", inner)
        else:
            yield file


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, UTF-8 if all of it is UTF-8, else Windows-1252 or Latin-1.

    Raises FileError for a file that holds no text, or UTF-8 that is broken here and there.
    """
    with opened(path) as file:
        head = file.read(_PIECE)
        _refuse_foreign(path, head)
        marked = next((name for mark, name in _MARKS if head.startswith(mark)), None) or _unmarked_utf_16(head)
        if marked is not None:
            return marked
        if b"\0" in head:
            raise _no_text(path, Text("binary data"), Text("Choose a file of text."))
        return _utf_8_or_older(path, head, file)


def _refuse_foreign(path: Path, head: bytes) -> None:
    for mark, what, hint in _FOREIGN:
        if head.startswith(mark):
            raise _no_text(path, what, hint)


def _no_text(path: Path, what: Text, hint: Text) -> FileError:
    return FileError(NO_TEXT, Text("“{file}” is {what}, not lines of text.", file=path.name, what=what), hint=hint)


def _unmarked_utf_16(head: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: where nearly every other byte of Latin text is 0."""
    sample = head[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.7 and sample[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and sample[0::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _utf_8_or_older(path: Path, head: bytes, file: IO[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece, place, wide, older = head, 0, 0, "cp1252"
    is_utf_8 = True
    while piece:
        if is_utf_8:
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError as error:
                wide += error.object[: error.start].count(b"\xc3") + error.object[: error.start].count(b"\xe2")
                is_utf_8 = False
                place += error.start
            else:
                wide += len(piece) - len(text) if not piece.isascii() else 0
                place += len(piece)
        if not is_utf_8 and _NOT_IN_CP1252.intersection(piece):
            older = "latin-1"
        piece = file.read(_PIECE)
    if is_utf_8 and not decoder.getstate()[0]:
        return "utf-8"
    if wide > 2:
        raise FileError(
            BROKEN_TEXT,
            Text("“{file}” is UTF-8, but from byte {place} on it is not.", file=path.name, place=place),
            hint=Text("Fetch the file again, or set its encoding."),
        )
    return older


class Utf8Reader:
    """Reads a file of any encoding as the bytes of UTF-8, without a mark, some of its first lines left out."""

    closed = False

    def __init__(self, file: IO[bytes], path: Path, encoding: str, check: Check) -> None:
        """Read `file`; `path` is named in what goes wrong, `check` is called before each piece."""
        self._file = file
        self._path = path
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._encoding = encoding
        self._check = check
        self._rest = bytearray()
        self._lines = 0
        self._is_at_end = False
        self.quotes = 0
        self.quote = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def close(self) -> None:
        """Leave the file open: whoever opened it closes it."""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; none at the end. Raises FileError, RunCancelled."""
        while not self._is_at_end and (size < 0 or len(self._rest) < size):
            self._fill()
        end = len(self._rest) if size < 0 else size
        found = bytes(self._rest[:end])
        del self._rest[:end]
        if self.quote:
            self.quotes += found.count(self.quote)
        return found

    def skip_lines(self, count: int) -> None:
        """Leave out the next `count` lines."""
        for _ in range(count):
            while (end := _end_of_line(self._rest)) < 0 and not self._is_at_end:
                self._fill()
            del self._rest[: end if end >= 0 else len(self._rest)]

    def head(self, size: int) -> str:
        """Return about the first `size` bytes as text without consuming them; the last character may be missing."""
        while not self._is_at_end and len(self._rest) < size:
            self._fill()
        return bytes(self._rest[:size]).decode("utf-8", "ignore")

    def _fill(self) -> None:
        self._check()
        with reading(self._path):
            piece = self._file.read(_PIECE)
        self._is_at_end = not piece
        try:
            text = self._decoder.decode(piece, not piece)
        except UnicodeDecodeError:
            raise self._broken() from None
        if "\0" in text:
            raise self._broken()
        self._lines += text.count("\n")
        # half a pair of UTF-16, or a mark in the middle
        self._rest += text.encode("utf-8", "replace")

    def _broken(self) -> FileError:
        return FileError(
            BROKEN_TEXT,
            Text(
                "“{file}” has bytes that are no text in {encoding}, after line {line}.",
                file=self._path.name,
                encoding=self._encoding,
                line=self._lines,
            ),
            hint=Text("Set the encoding of the file, or fetch it again."),
        )


def _end_of_line(text: bytearray) -> int:
    """Return where the next line begins: after LF, CR or both; -1 while that cannot be said."""
    ends = [place for place in (text.find(b"\n"), text.find(b"\r")) if place >= 0]
    if not ends:
        return -1
    end = min(ends)
    if text[end : end + 1] == b"\r":
        if end + 1 == len(text):
            return -1
        return end + 2 if text[end + 1 : end + 2] == b"\n" else end + 1
    return end + 1
