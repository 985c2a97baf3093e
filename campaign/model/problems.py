"""What an editor is told: collected, never raised one by one."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs; the letters are those of the rule tables."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Tier(StrEnum):
    """What an error stops."""

    FILE = "file"  # the file cannot be read: nothing of it is taken, what was planned from it is held
    ENTRY = "entry"  # this entry is held in every mode, the others go on
    CONTENT = "content"  # the deliveries it touches are held in live mode only


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, in the team's words: what is wrong, what happens meanwhile, and how to mend it.

    `entry` (`campaign/entry`), `language` and `account` narrow what an error stops; empty means all of them.
    """

    spot: Spot
    code: str
    severity: Severity
    message: str
    hint: str = ""
    field: str = ""
    tier: Tier = Tier.CONTENT
    entry: str = ""
    language: str = ""
    account: str = ""

    def __str__(self) -> str:
        """`file:line:column: severity CODE message`, the form editors and CI understand."""
        where = f"{self.spot.file}:{self.spot.line}:{self.spot.column}"
        return f"{where}: {self.severity} {self.code} {self.message}"
