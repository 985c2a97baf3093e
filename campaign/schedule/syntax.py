"""What YAML's parser says, in words an editor understands, with the mended line where it can be guessed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import yaml

from campaign.schedule.mistakes import Mistake, quoted, told

KEYED = re.compile(r"^(?P<start>\s*(?:- +)*[\w.-]+:\s+)(?P<value>\S.*?)\s*$")
"""A line with a key and, behind it, a value on the same line."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where the parser stopped (from 0) and what it was about to read."""

    problem: str
    context: str
    line: int
    column: int
    opened: int  # the line where the construct began
    opened_column: int
    lines: Sequence[str]

    @property
    def here(self) -> str:
        return self.lines[self.line] if self.line < len(self.lines) else ""

    @property
    def character(self) -> str:
        return self.here[self.column : self.column + 1]

    def mistake(self, message: str, hint: str = "", code: str = "YML01", *, opened: bool = False) -> Mistake:
        line, column = (self.opened, self.opened_column) if opened else (self.line, self.column)
        return Mistake(code, message, hint=hint.strip(), at=(line + 1, column + 1))


def explain(error: yaml.YAMLError, source: str) -> Mistake:
    """One readable mistake for what the parser could not read."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Mistake("YML01", "this file cannot be read as YAML", at=(1, 1))
    mark, opened = error.problem_mark, error.context_mark or error.problem_mark
    stop = _Stop(
        str(error.problem or ""),
        str(error.context or ""),
        mark.line,
        mark.column,
        opened.line,
        opened.column,
        source.splitlines(),
    )
    for sign, tell in _EXPLANATIONS:
        if sign in stop.problem or sign in stop.context:
            return tell(stop)
    return stop.mistake(f"this cannot be read: {stop.problem}")


def _in_quotes(line: str) -> str:
    """The line with its value in quotes; a quoted part inside stays as the writer meant it."""
    match = KEYED.match(line)
    if not match:
        return ""
    value = match["value"]
    if value[0] in "\"'" and value[-1] == value[0] and len(value) > 1:
        value = value[1:-1]
    return match["start"] + quoted(value)


def _colon(stop: _Stop) -> Mistake:
    first = re.search(r":(\s|$)", stop.here)
    if first and first.start() < stop.column and KEYED.match(stop.here):
        lost = told(KEYED.sub(lambda match: match["value"], stop.here))
        return stop.mistake(f"the colon inside {lost} ends the text there", _in_quotes(stop.here), "LOS03")
    return stop.mistake(
        "this line does not fit the one above: that one is complete already, or lacks its colon",
        "begin the line as far to the left as its neighbours, or put the text above in quotes",
    )


def _brace(stop: _Stop) -> Mistake:
    opened = stop.lines[stop.opened] if stop.opened < len(stop.lines) else ""
    bracket = opened[stop.opened_column : stop.opened_column + 1] or "bracket"
    if re.search(r"(^|[\s\[,])#", opened[stop.opened_column + 1 :]):
        mended = re.sub(r"(?<![\"'\w])#(\w+)", r'"#\1"', opened)
        return stop.mistake("# begins a comment here, so the rest of the line is lost", mended, "LOS01", opened=True)
    if stop.line == stop.opened and stop.character == ":":
        return stop.mistake("the colon inside a text without quotes ends it there", _flow_quotes(stop), "LOS03")
    if stop.line == stop.opened and stop.character:
        return stop.mistake(
            f"{told(stop.here[stop.column :])} follows where a comma or the end of the {bracket} is expected",
            "put the whole text in quotes, and only once",
        )
    return stop.mistake(f"the {bracket} opened here is not closed", opened=True)


def _flow_quotes(stop: _Stop) -> str:
    """`{lv: Svarīgi: nāciet}` with the text in quotes, when there is one text only."""
    match = re.fullmatch(r"(?P<start>.*\{\s*[\w-]+:\s+)(?P<value>[^,{}\"']+?)(?P<end>\s*\}.*)", stop.here)
    return f"{match['start']}{quoted(match['value'])}{match['end']}" if match else ""


def _open_quote(stop: _Stop) -> Mistake:
    return stop.mistake("the quotation mark here is never closed", opened=True)


def _escape(stop: _Stop) -> Mistake:
    match = KEYED.match(stop.here)
    plain = f"{match['start']}'{match['value'][1:-1]}'" if match and "'" not in match["value"] else ""
    return stop.mistake("a backslash inside \"…\" must be doubled, or the text put into '…'", plain)


def _token(stop: _Stop) -> Mistake:
    if "\t" in stop.here[: stop.column + 1]:
        return stop.mistake(
            "a tab stands at the beginning of this line; only spaces may", stop.here.replace("\t", "  ")
        )
    return stop.mistake(f"a text that begins with {stop.character} needs quotes", _in_quotes(stop.here), "LOS03")


def _needs_quotes(stop: _Stop) -> Mistake:
    line = stop.lines[stop.opened] if stop.opened < len(stop.lines) else ""
    sign = line[stop.opened_column : stop.opened_column + 1]
    return stop.mistake(f"a text that begins with {sign} needs quotes", _in_quotes(line), "LOS03", opened=True)


def _dash(stop: _Stop) -> Mistake:
    return stop.mistake("a text that begins with - needs quotes", _in_quotes(stop.here), "LOS03")


def _key(stop: _Stop) -> Mistake:
    before = stop.here[: stop.column].rstrip()
    if before and before[-1] in "\"'":
        hint = _in_quotes(stop.here)
        return stop.mistake("the text goes on after its closing quotation mark", hint)
    if before and before[-1] in "}]":
        return stop.mistake("a text that begins with { or [ needs quotes", _in_quotes(stop.here), "LOS03")
    return stop.mistake(
        f"{told(stop.here)} is not indented like the lines it belongs to (they begin at line {stop.opened + 1})",
        "begin the line exactly below its neighbours",
    )


def _item(stop: _Stop) -> Mistake:
    return stop.mistake(
        f"the list that begins at line {stop.opened + 1} ends here: this line has no “- ” or another indentation",
        "begin every item with “- ”, exactly below the one before",
    )


def _no_colon(stop: _Stop) -> Mistake:
    line = stop.lines[stop.opened] if stop.opened < len(stop.lines) else ""
    return stop.mistake(f"{told(line)} is no “key: value”", opened=True)


def _after_the_end(stop: _Stop) -> Mistake:
    return stop.mistake(
        "this line begins further to the left than the file's first line",
        "begin all top lines at the same place",
    )


_EXPLANATIONS: tuple[tuple[str, Callable[[_Stop], Mistake]], ...] = (
    ("found a tab", _token),
    ("mapping values are not allowed", _colon),
    ("flow mapping", _brace),
    ("flow sequence", _brace),
    ("unknown escape", _escape),
    ("quoted scalar", _open_quote),
    ("cannot start any token", _token),
    ("scanning an alias", _needs_quotes),
    ("scanning an anchor", _needs_quotes),
    ("scanning a tag", _needs_quotes),
    ("block scalar", _needs_quotes),
    ("block sequence entries are not allowed", _dash),
    ("could not find expected ':'", _no_colon),
    ("did not find expected key", _key),
    ("expected '-' indicator", _item),
    ("expected <document start>", _after_the_end),
)
"""What the parser's words contain → who explains it; the first that fits counts."""
