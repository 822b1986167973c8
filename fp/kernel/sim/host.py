"""A machine that can be restarted."""

from __future__ import annotations


class SimHost:
    """`Host` by a name; `reboot` gives it another boot id."""

    def __init__(self, name: str = "sim-host", process_space: int = 1):
        self._name = name
        self._boots = 1
        self._process_space = process_space

    def name(self) -> str:
        """The host's name."""
        return self._name

    def boot_id(self) -> str:
        """Differs after every boot."""
        return f"{self._name}-boot-{self._boots}"

    def process_space(self) -> int:
        """The one it was made with."""
        return self._process_space

    def reboot(self) -> None:
        """Start again: every process is gone."""
        self._boots += 1
