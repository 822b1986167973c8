"""Cold start: CPU of small commands as multiples of a bare interpreter."""

from __future__ import annotations

from bench.measure import BIN, PYTHON, cpu, fill, repository, table

GOALS = {"fp --version": 2.0, "fp list (100 issues)": 7.0, "fp show": 7.0}


def main() -> None:
    """Print the table."""
    path = repository()
    ids = fill(path, 100)
    floor = cpu(PYTHON, path, 15)
    fp, drift, tarmac = (str(BIN / name) for name in ("fp", "drift", "tarmac"))
    commands = {
        "git status": ("git", "status", "--porcelain"),
        "fp --version": (fp, "--version"),
        "fp list (100 issues)": (fp, "list"),
        "fp show": (fp, "show", ids[7]),
        "fp ready": (fp, "ready"),
        "fp check": (fp, "check"),
        "drift --version": (drift, "--version"),
        "tarmac --version": (tarmac, "--version"),
    }
    rows = [
        ("command", "CPU ms", "x python", "goal", "peak MB"),
        ("python -c pass", f"{floor.cpu_ms:.0f}", "1.0", "", ""),
    ]
    for name, argv in commands.items():
        found = cpu(argv, path, 15)
        ratio = found.cpu_ms / floor.cpu_ms
        goal = f"{GOALS[name]:.0f}" if name in GOALS else ""
        rows.append((name, f"{found.cpu_ms:.0f}", f"{ratio:.1f}", goal, f"{found.peak_mb:.0f}"))
    table("Cold start", rows)
