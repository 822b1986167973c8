"""Which machine and boot this is. The standard library only; reads `/proc`."""

from __future__ import annotations

import functools
import platform
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SystemHost:
    """`Host` of this machine."""

    def name(self) -> str:
        """The host's name."""
        return platform.node() or "localhost"

    def boot_id(self) -> str:
        """The kernel's random id of this boot."""
        return _boot_id()


@functools.cache
def _boot_id() -> str:
    return BOOT_ID.read_text(encoding="ascii").strip()
