"""A disk that forgets, when its power is cut, whatever it was not told to keep: `fsync` is what tells it.

with Disk(folder) as disk:                       # before SQLite opens anything there
    ...
    disk.cut(elsewhere)                          # what would be left of the folder's databases, now
    disk.cut(elsewhere, Random(7))               # some of what it was not told to keep is left too, as chance will
    disk.room = 3                                # it takes three writes more and half of the fourth; then it is full

SQLite reaches files through a table of functions, which is meant to be replaced. What it writes goes on as it is, and
is noted on its way. A file that was never synced has no name after the cut.
"""

import _sqlite3
import ctypes
import time
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, string_at
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any, Final, Self

SYNC_SECONDS: Final = 0.01
"""How long a disk takes to keep something: who does not wait for it is found out."""
DATABASE, JOURNAL, WAL = 0x100, 0x800, 0x80000
FULL: Final = 13
"""`SQLITE_FULL`."""
_FIRST: Final = ("close", "read", "write", "truncate", "sync")
_OTHERS: Final = 13


class _Methods(Structure):
    """`sqlite3_io_methods`."""

    _fields_ = (
        ("version", c_int),
        *((name, c_void_p) for name in _FIRST),
        *((f"other_{number}", c_void_p) for number in range(_OTHERS)),
    )


class _Vfs(Structure):
    """`sqlite3_vfs`, as far as it is needed."""

    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
    )


_OPEN: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_CLOSE: Final = CFUNCTYPE(c_int, c_void_p)
_WRITE: Final = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE: Final = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC: Final = CFUNCTYPE(c_int, c_void_p, c_int)


@dataclass
class _File:
    """One file. kept: what a power cut leaves. is_named: its name is left too. since: what was done to it since it was
    last synced; bytes at a place, or the length to which it was cut."""

    kept: bytearray
    is_named: bool
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self, count: int) -> None:
        for at, data in self.since[:count]:
            _do(self.kept, at, data)
        del self.since[:count]
        self.is_named = True

    def left(self, draw: Random | None) -> bytes | None:
        """What is left after a power cut; None: not even its name."""
        if draw is None:
            return bytes(self.kept) if self.is_named else None
        left = bytearray(self.kept)
        for at, data in self.since:
            if draw.random() < 0.5:
                _do(left, at, data)
        return bytes(left)


def _do(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
    else:
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data


class Disk:
    """The disk on which a folder lies. syncs: how often it was told to keep something. room: how many writes it takes
    until it is full; None: all. refusals: how many it has not taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.syncs = 0
        self.room: int | None = None
        self.refusals = 0
        self._files: dict[Path, _File] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        _way().disks.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _way().disks.remove(self)

    def cut(self, into: Path, draw: Random | None = None) -> Path:
        """Write what a power cut would leave into another folder, which is returned."""
        into.mkdir(parents=True)
        with self._lock:
            for path, file in self._files.items():
                left = file.left(draw)
                if left is not None:
                    (into / path.name).write_bytes(left)
        return into

    def opened(self, path: Path, *, was_there: bool) -> _File:
        with self._lock:
            if path not in self._files:
                self._files[path] = _File(
                    bytearray(path.read_bytes()) if was_there else bytearray(), was_there
                )
            return self._files[path]

    def deleted(self, path: Path) -> None:
        with self._lock:
            self._files.pop(path, None)

    def done(self, file: _File, at: int, data: bytes | None) -> None:
        with self._lock:
            file.since.append((at, data))

    def has_room(self) -> bool:
        """Whether it takes one more write, which is then made."""
        with self._lock:
            if self.room is None:
                return True
            has_room = self.room > 0
            self.room -= has_room
            self.refusals += not has_room
            return has_room

    def sync(self, file: _File, syncing: Callable[[], int]) -> int:
        """Let it keep what was done until now, which takes its time; what is done meanwhile waits for the next."""
        count = len(file.since)
        time.sleep(SYNC_SECONDS)
        failed = syncing()
        if not failed:
            with self._lock:
                file.sync(count)
                self.syncs += 1
        return failed


@dataclass
class _Opened:
    """A file that SQLite has open. methods: what it is really reached by."""

    disk: Disk
    file: _File
    methods: _Methods


class _Way:
    """The way from SQLite to files, for as long as this process lives."""

    def __init__(self) -> None:
        self.disks: list[Disk] = []
        self._opened: dict[int, _Opened] = {}
        self._tables: dict[int, _Methods] = {}
        library = ctypes.CDLL(_sqlite3.__file__)  # or the one that it is linked with
        library.sqlite3_vfs_find.restype = POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        self._open, self._delete = _OPEN(vfs.open), _DELETE(vfs.delete)
        self._ours: list[Any] = [_OPEN(self._on_open), _DELETE(self._on_delete)]
        vfs.open, vfs.delete = (ctypes.cast(each, c_void_p).value for each in self._ours)

    def _disk_of(self, path: Path) -> Disk | None:
        return next((each for each in self.disks if each.folder == path.parent), None)

    def _on_open(self, vfs: int, name: int | None, handle: int, flags: int, out: int | None) -> int:
        path = Path(string_at(name).decode()) if name else Path()
        was_there = bool(name) and path.exists()
        failed: int = self._open(vfs, name, handle, flags, out)
        disk = self._disk_of(path)
        if not failed and disk is not None and flags & (DATABASE | JOURNAL | WAL):
            place = c_void_p.from_address(handle)
            assert place.value is not None
            methods = _Methods.from_address(place.value)
            self._opened[handle] = _Opened(disk, disk.opened(path, was_there=was_there), methods)
            place.value = ctypes.addressof(self._table(place.value))
        return failed

    def _on_delete(self, vfs: int, name: int, sync_folder: int) -> int:
        failed: int = self._delete(vfs, name, sync_folder)
        path = Path(string_at(name).decode())
        disk = self._disk_of(path)
        if not failed and disk is not None:
            disk.deleted(path)
        return failed

    def _table(self, address: int) -> _Methods:
        """The functions by which a file is reached, with ours among them."""
        if address not in self._tables:
            table = _Methods.from_buffer_copy(_Methods.from_address(address))
            for name, kind, function in (
                ("close", _CLOSE, self._on_close),
                ("write", _WRITE, self._on_write),
                ("truncate", _TRUNCATE, self._on_truncate),
                ("sync", _SYNC, self._on_sync),
            ):
                ours = kind(function)
                self._ours.append(ours)
                setattr(table, name, ctypes.cast(ours, c_void_p).value)
            self._tables[address] = table
        return self._tables[address]

    def _on_close(self, handle: int) -> int:
        opened = self._opened.pop(handle)
        return int(_CLOSE(opened.methods.close)(handle))

    def _on_write(self, handle: int, data: int, size: int, at: int) -> int:
        opened = self._opened[handle]
        has_room = opened.disk.has_room()
        size = size if has_room else size // 2
        opened.disk.done(opened.file, at, string_at(data, size))
        failed = int(_WRITE(opened.methods.write)(handle, data, size, at))
        return failed if has_room else FULL

    def _on_truncate(self, handle: int, size: int) -> int:
        opened = self._opened[handle]
        opened.disk.done(opened.file, size, None)
        return int(_TRUNCATE(opened.methods.truncate)(handle, size))

    def _on_sync(self, handle: int, flags: int) -> int:
        opened = self._opened[handle]
        return opened.disk.sync(opened.file, lambda: int(_SYNC(opened.methods.sync)(handle, flags)))


@cache
def _way() -> _Way:
    return _Way()
