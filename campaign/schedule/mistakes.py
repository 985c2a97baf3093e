"""What can be wrong in a file a team writes: the codes, and the exception that carries one mistake to its report."""

import difflib
from collections.abc import Iterable

CODES = {
    "YML01": "broken YAML: it cannot be read beyond this place",
    "YML02": "a feature of YAML that schedules do without: anchor, alias, tag, second document, compound key",
    "YML03": "too large, too deep or too much for one file",
    "YML04": "not readable as text: encoding, control characters, a folder, no permission",
    "FMT01": "an unknown key",
    "FMT02": "a value that is not what this key takes",
    "FMT03": "something is missing",
    "FMT04": "a key, an id or a campaign twice",
    "FMT05": "words with two meanings",
    "FMT06": "keys that contradict each other",
    "REF01": "a name that nothing has; the nearest one is told",
    "REF02": "it depends on an entry that has a mistake itself, or on itself",
    "LOS01": "text lost behind ` #`",
    "LOS02": "text lost behind a comma inside braces",
    "LOS03": "text taken apart at a colon, or read as a list or mapping",
}
"""Every code of this package; they are stable, so that a team may search for them."""

LONGEST_QUOTE = 60


class Mistake(Exception):
    """One mistake at one place; `reading.Reading.report` turns it into a `Problem`.

    `instead` is the value to write (the hint then names the key too), `hint` a whole line to copy. `line` and
    `column` (from 1) say where, when that is not the node being read.
    """

    def __init__(
        self, code: str, message: str, *, instead: str = "", hint: str = "", at: tuple[int, int] = (0, 0)
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.instead = instead
        self.hint = hint
        self.line, self.column = at


def told(words: str) -> str:
    """The editor's own words in quotation marks, shortened so that a message stays one line."""
    line = " ".join(words.split())
    return f"“{line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + '…'}”"


def quoted(words: str) -> str:
    """The text as a YAML scalar that nothing can cut, in the quotes it needs least escaping for."""
    if '"' in words and "'" not in words:
        return f"'{words}'"
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name most like `word`, or nothing."""
    if len(word) > LONGEST_QUOTE:
        return ""
    by_lower_case = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower_case, n=3, cutoff=0.6)
    same_start = [name for name in found if name[0] == word[0].lower()]  # munday is monday, not sunday
    return by_lower_case[(same_start or found)[0]] if found else ""


def unknown(what: str, word: str, known: Iterable[str]) -> Mistake:
    """REF01 with the nearest known name."""
    names = sorted(known) if isinstance(known, (set, frozenset)) else list(known)
    close = nearest(word, names)
    if close:
        return Mistake("REF01", f"there is no {what} {told(word)}; the nearest is {told(close)}", instead=close)
    few = f"; known are {', '.join(names[:8])}{' …' if len(names) > 8 else ''}" if names else ""
    return Mistake("REF01", f"there is no {what} {told(word)}{few}")
