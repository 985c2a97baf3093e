"""REF03: fields that were meant and would be published as typed."""

import pytest

from tests.lint.findings import TEXT, everywhere, findings, number, of, say


def typed(text, **more):
    return of("REF03", findings(number("palidziba", "2023-09-01"), say("x", text={**TEXT, "lv": text}, **more)))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Zvani {{palidziba}}!", "write {palidziba}"),
        ("Zvani {{ palidziba }}!", "write {palidziba}"),
        ("Zvani {palidziba!", "write {palidziba}"),
        ("Nāc {{saruna.date}}!", "write {saruna.date}"),
        ("Atlicis {days-to saruna, nāc!", "write {days-to saruna}"),
        ("{fact eu-7000", "write {fact eu-7000}"),
    ],
)
def test_braces_that_were_meant_as_a_field_are_warned_of(text, hint):
    (problem,) = typed(text)
    assert (str(problem.severity), problem.hint, problem.spot.line) == ("warning", hint, 20)
    assert "comes out as typed" in problem.message


@pytest.mark.parametrize(
    "text", ["{palidziba}", "{saruna.date}", "{{7*7}}", "{% x %}", "${x}", "{ rūķīši", "{{ rūķīši }}", "{", "}}"]
)
def test_other_braces_are_the_editors_own(text):
    assert typed(text) == []


def test_titles_and_footers_are_read_too():
    assert len(typed("x", title=everywhere("{{palidziba}}"), footer={"lv": "{palidziba"})) == 4
