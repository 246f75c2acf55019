"""A student's ledger as a table: what each entry moves, and what is then free and reserved."""

from typing import Any


def ledger_view(newest_first: list[dict[str, Any]]) -> str:
    """Of all entries that a student has; in credits, 100 units to each."""
    lines = [f"    {'':<17}{'moves':>8}{'reserves':>10}{'free':>8}{'reserved':>10}"]
    free = reserved = 0
    for entry in reversed(newest_first):
        free += entry["units"]
        reserved += entry["reserved_units"]
        moves, reserves = _credits(entry["units"]), _credits(entry["reserved_units"])
        lines.append(f"    {entry['kind']:<17}{moves:>8}{reserves:>10}{free / 100:>8.2f}{reserved / 100:>10.2f}")
    return "\n".join(lines)


def _credits(units: int) -> str:
    return f"{units / 100:+.2f}" if units else ""
