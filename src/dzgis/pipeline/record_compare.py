"""Two records of a check held against each other, value by value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

NAMES = {"parcels": "parcel_id", "findings": "rule", "layers": "role"}
"""Lists of records, and by which field a record is called."""
CHECKED = frozenset(
    {
        *("rules", "as_of", "notes", "layers", "parcels"),
        *("role", "source", "sha256", "date", "valid_until", "n_features", "status", "extent"),
        *("parcel_id", "verdict", "area_m2", "deduplicated_area_m2", "prohibited_area_m2"),
        *("area_reconciliation", "findings", "fault"),
        *("rule", "required", "contact", "share", "n_pieces", "mean_width_m", "feature_ids"),
        *("reason", "legal_basis", "rules_version", "check_valid_days", "project_type"),
        *("centre", "layer", "features"),
    }
)
"""Fields that a check made again always has; what it leaves blank is blank, not unknown."""
_NOTES = "notes"
ABSENT = "—"


@dataclass(frozen=True)
class Difference:
    """
    A value that is not what it should be.

    Attributes
    ----------
    path : str
        E.g. ``parcels[P001].findings[P06].area_m2``, or the name of a file.
    recorded, recomputed : object
        As check.json or run.json has it, and as it was found now; ``—`` where it is not there.
    """

    path: str
    recorded: object
    recomputed: object


@dataclass
class Comparison:
    """
    What a comparison found; filled as it goes.

    Attributes
    ----------
    differences : list of Difference
    n_equal : int
        Values that are equal.
    unknown : dict of str to int
        Fields that only the record has, or has more of, and how often: not verified.
    """

    differences: list[Difference] = field(default_factory=list)
    n_equal: int = 0
    unknown: dict[str, int] = field(default_factory=dict)

    def tell(self, path: str, recorded: object, recomputed: object) -> None:
        """Count equal values, keep others."""
        if type(recorded) is bool or type(recomputed) is bool:  # to Python, True is 1
            is_equal = recorded is recomputed
        else:
            is_equal = recorded == recomputed
        if is_equal:
            self.n_equal += 1
        else:
            self.differences.append(Difference(path, recorded, recomputed))

    def leave(self, name: str) -> None:
        """Note that a field was not verified."""
        self.unknown[name] = self.unknown.get(name, 0) + 1


def compare(
    recorded: Mapping[str, object],
    recomputed: Mapping[str, object],
    *,
    leave_out: AbstractSet[str] = frozenset(),
) -> Comparison:
    """
    Compare a record of a check with the same made again.

    Parameters
    ----------
    recorded, recomputed : mapping
        As JSON gives them back.
    leave_out : set of str
        Names of fields that are not compared, wherever they are.

    Returns
    -------
    Comparison
        What the record has beside `recomputed`, e.g. a person's decision, is not verified and no
        difference. Every note made again must be in the record; others there are not verified.
    """
    found = Comparison()
    _of_mappings(found, "", recorded, recomputed, leave_out)
    return found


def _of_mappings(
    found: Comparison,
    path: str,
    recorded: Mapping[str, object],
    recomputed: Mapping[str, object],
    leave_out: AbstractSet[str],
) -> None:
    for name in dict.fromkeys((*recomputed, *recorded)):
        here = f"{path}.{name}" if path else name
        if name in leave_out or _only_recorded(name, recorded, recomputed):
            found.leave(name)
        else:
            old, new = (side.get(name, ABSENT) for side in (recorded, recomputed))
            _of_values(found, here, (name, old, new), leave_out)


def _only_recorded(
    name: str, recorded: Mapping[str, object], recomputed: Mapping[str, object]
) -> bool:
    """Whether a check made again could not have the field, or not what is in it."""
    if name not in recomputed:
        return True
    is_blank = recomputed[name] in (None, "", [], {})
    return is_blank and name not in CHECKED and recorded.get(name) != recomputed[name]


def _of_values(
    found: Comparison,
    path: str,
    field_: tuple[str, object, object],
    leave_out: AbstractSet[str],
) -> None:
    name, old, new = field_
    if isinstance(old, dict) and isinstance(new, dict):
        _of_mappings(found, path, old, new, leave_out)
    elif name == _NOTES and isinstance(old, list) and isinstance(new, list):
        _of_notes(found, path, old, new)
    elif name in NAMES and _are_named(old, NAMES[name]) and _are_named(new, NAMES[name]):
        _of_lists(found, path, field_, leave_out)
    else:
        found.tell(path, old, new)


def _of_notes(
    found: Comparison, path: str, recorded: Sequence[object], recomputed: Sequence[object]
) -> None:
    for note in recomputed:
        found.tell(path, note if note in recorded else ABSENT, note)
    for note in recorded:
        if note not in recomputed:
            found.leave(_NOTES)


def _are_named(several: object, key: str) -> bool:
    """Whether records are each called by a name of their own."""
    if not isinstance(several, list) or not all(isinstance(one, dict) for one in several):
        return False
    names = [str(one.get(key)) for one in several]
    return len(set(names)) == len(names)


def _of_lists(
    found: Comparison,
    path: str,
    field_: tuple[str, object, object],
    leave_out: AbstractSet[str],
) -> None:
    """Records by name; what one side lacks, and another order, are differences."""
    key = NAMES[field_[0]]
    old, new = (
        {str(one.get(key)): one for one in side}
        for side in field_[1:]
        if isinstance(side, list)  # for the types: it is one
    )
    for name in dict.fromkeys((*new, *old)):
        if name in old and name in new:
            _of_mappings(found, f"{path}[{name}]", old[name], new[name], leave_out)
        else:
            sides = (name if name in side else ABSENT for side in (old, new))
            found.tell(f"{path}[{name}]", *sides)
    if set(old) == set(new):
        found.tell(f"{path} (order)", list(old), list(new))
