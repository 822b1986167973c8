"""A machine that can be restarted."""

from __future__ import annotations


class SimHost:
    """`Host` by a name; `reboot` gives it another boot id."""

    def __init__(self, name: str = "sim-host"):
        self._name = name
        self._boots = 1

    def name(self) -> str:
        """The host's name."""
        return self._name

    def boot_id(self) -> str:
        """Differs after every boot."""
        return f"{self._name}-boot-{self._boots}"

    def reboot(self) -> None:
        """Start again: every process is gone."""
        self._boots += 1
