"""Which machine and boot this is. The standard library only; reads `/proc`."""

from __future__ import annotations

import functools
import os
import platform
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PROCESS_SPACE = Path("/proc/self/ns/pid")


class SystemHost:
    """`Host` of this machine."""

    def name(self) -> str:
        """The host's name."""
        return platform.node() or "localhost"

    def boot_id(self) -> str:
        """The kernel's random id of this boot."""
        return _boot_id()

    def process_space(self) -> int:
        """The namespace of process ids: containers of one kernel share the boot id and not each other's processes."""
        return os.stat(PROCESS_SPACE).st_ino


@functools.cache
def _boot_id() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip()
