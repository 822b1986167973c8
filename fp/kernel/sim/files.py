"""Files on a simulated disk: the product's own write protocol (`fp.kernel.fs`), on a disk whose power can fail."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

from fp.kernel.errors import Conflict
from fp.kernel.fs import DiskFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fp.kernel.sim.disk import SimDisk


_names = itertools.count()
"""Temporary names need only be free; no result may depend on them."""


class SimFiles(DiskFiles):
    """`Files` below an absolute folder of a simulated disk."""

    def __init__(self, disk: SimDisk, root: str):
        super().__init__(disk, root, durable=True, lock=self._locked, token=lambda: f"{next(_names):016x}")
        self._held: set[str] = set()

    @contextlib.contextmanager
    def _locked(self, path: str) -> Iterator[None]:
        if path in self._held:
            raise Conflict(f"{path} is locked by another process", reason="locked")
        self._held.add(path)
        try:
            yield
        finally:
            self._held.discard(path)
