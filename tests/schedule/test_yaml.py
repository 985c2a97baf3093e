"""The tree: every scalar is text with its place, nothing is expanded, and what is refused is told with a hint."""

import pytest

from campaign.schedule.mistakes import Mistake
from campaign.schedule.yaml import DEEPEST, LARGEST_FILE, Items, Table, Text, Tree, decode, parse


def table_of(source: str) -> Table:
    tree = parse(source)
    assert [mistake.message for mistake in tree.mistakes] == []
    assert isinstance(tree.root, Table)
    return tree.root


def the_mistake(tree: Tree) -> Mistake:
    assert len(tree.mistakes) == 1
    return tree.mistakes[0]


@pytest.mark.parametrize("written", ["no", "12:30", "1.10", "2023-02-30", "0o17", "null", "~", "true", "9" * 5000])
def test_every_scalar_stays_the_text_that_was_written(written):
    value = table_of(f"key: {written}").pairs["key"][1]
    assert isinstance(value, Text)
    assert value.text == written


def test_nodes_know_line_column_and_style():
    root = table_of('# piezīme\ntext:\n  lv: "rūķīši"\n  en: plain\n  ru: |\n    блок\n')
    text = root.pairs["text"][1]
    assert isinstance(text, Table)
    found = {name: (value.line, value.column, value.style) for name, (_, value) in text.pairs.items()}  # type: ignore[union-attr]
    assert found == {"lv": (3, 7, '"'), "en": (4, 7, ""), "ru": (5, 7, "|")}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_end_of_a_scalar_is_its_place_in_the_source_whatever_ends_the_lines(line_end):
    source = f"ā: glāžšķūņu{line_end}text: rūķīši # un{line_end}"
    value = table_of(source).pairs["text"][1]
    assert isinstance(value, Text)
    assert source[: value.end].endswith("rūķīši")


def test_a_byte_order_mark_at_the_start_is_no_part_of_the_text():
    assert decode("\ufeffcampaign: ā".encode()) == "campaign: ā"


def test_a_second_key_of_the_same_name_is_kept_apart():
    root = table_of("a: 1\nb: 2\na: 3")
    assert root.pairs["a"][1].text == "1"  # type: ignore[union-attr]
    assert [(double.text, double.line) for double in root.doubles] == [("a", 3)]


def test_lists_and_mappings_nest_in_both_styles():
    root = table_of("a: [1, {b: 2}]\nc:\n  - d\n  - e: f\n")
    a, c = root.pairs["a"][1], root.pairs["c"][1]
    assert isinstance(a, Items)
    assert isinstance(c, Items)
    assert [type(node) for node in (*a.nodes, *c.nodes)] == [Text, Table, Text, Table]


def test_an_empty_file_has_no_root():
    assert parse("# tikai piezīme\n") == Tree()


@pytest.mark.parametrize(
    ("data", "code", "place", "words"),
    [
        ("Rīga\nā".encode("cp1257"), "YML04", (1, 2), "UTF-8"),
        ("nosaukums: Rīga".encode("latin-1", "replace") + b"\xe9", "YML04", (1, 16), "0xe9"),
        ("Rīga".encode("utf-16"), "YML04", (1, 1), "UTF-8"),
        (b"a: 1\nb: \x00", "YML04", (2, 4), "U+0000"),
        (b"a: \x1b[31m", "YML04", (1, 4), "U+001B"),
        ("a: x\u2028y".encode(), "YML04", (1, 5), "U+2028"),
        ("a: x\u0085y".encode(), "YML04", (1, 5), "U+0085"),
        (b"a" * (LARGEST_FILE + 1), "YML03", (0, 0), "256 KB"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_place(data, code, place, words):
    with pytest.raises(Mistake) as caught:
        decode(data)
    assert (caught.value.code, (caught.value.line, caught.value.column)) == (code, place)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        ("a: &ankurs 1", (1, 4), "&ankurs"),
        ("a: &x\n  b: 1", (1, 4), "&x"),
        ("a: *ankurs", (1, 4), "*ankurs"),
        ("a: !!python/object:os.system x", (1, 4), "python/object"),
        ("a: !local [1]", (1, 4), "!local"),
        ("%TAG ! tag:example,2000:\n---\na: 1", (1, 1), "%TAG"),
        ("a: 1\n---\nb: 2", (2, 1), "second document"),
        ("? [a, b]\n: c", (1, 3), "where a key is expected"),
        ("lv: {{x}}", (1, 6), "where a key is expected"),
    ],
)
def test_features_that_schedules_do_without_are_refused(source, place, words):
    mistake = the_mistake(parse(source))
    assert (mistake.code, (mistake.line, mistake.column)) == ("YML02", place)
    assert words in mistake.message


def test_all_refused_features_of_a_file_are_told_at_once():
    assert [mistake.line for mistake in parse("a: &x 1\nb: *x\nc: !t 2\n").mistakes] == [1, 2, 3]


def test_an_alias_bomb_is_refused_without_being_expanded():
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    tree = parse("l0: &l0 lol\n" + "\n".join(levels))
    assert {mistake.code for mistake in tree.mistakes} == {"YML02"}


@pytest.mark.parametrize(
    "source", ["[" * 2000, "{a: " * 2000, "- " * 2000, "\n".join(" " * n + "a:" for n in range(500))]
)
def test_deep_nesting_is_refused_where_it_gets_too_deep(source):
    mistake = the_mistake(parse(source))
    assert mistake.code == "YML03"
    assert str(DEEPEST) in mistake.message


@pytest.mark.parametrize(
    "source", ["\n".join(f"k{n}: v" for n in range(20_000)), "[" + "a," * 100_000 + "]", "- a\n" * 30_000]
)
def test_too_many_items_are_refused(source):
    assert the_mistake(parse(source)).code == "YML03"


def test_nesting_up_to_the_limit_is_read():
    assert parse("[" * DEEPEST + "]" * DEEPEST).mistakes == []


@pytest.mark.parametrize("escape", ["\\u2028", "\\u202e", "\\u2066", "\\0"])
def test_an_escaped_control_character_is_refused(escape):
    mistake = the_mistake(parse(f'a: "x{escape}y"'))
    assert (mistake.code, mistake.line, mistake.column) == ("YML04", 1, 4)


@pytest.mark.parametrize(
    ("source", "code", "place", "words", "hint"),
    [
        ("lv: Svarīgi: nāciet", "LOS03", (1, 12), "colon", 'lv: "Svarīgi: nāciet"'),
        ("  - lv: Svarīgi: nāciet", "LOS03", (1, 16), "colon", '- lv: "Svarīgi: nāciet"'),
        ("a: {lv: Svarīgi: nāciet}", "LOS03", (1, 16), "colon", 'a: {lv: "Svarīgi: nāciet"}'),
        ("tags: [#Kopā, #Droši]\nb: 1", "LOS01", (1, 7), "# begins a comment", 'tags: ["#Kopā", "#Droši"]'),
        ("a:\n\tb: 1", "YML01", (2, 1), "tab", "b: 1"),
        ("a: *svarīgi*", "LOS03", (1, 4), "begins with *", 'a: "*svarīgi*"'),
        ("a: @rīga", "LOS03", (1, 4), "begins with @", 'a: "@rīga"'),
        ("a: %d", "LOS03", (1, 4), "begins with %", 'a: "%d"'),
        ("a: `x`", "LOS03", (1, 4), "begins with `", 'a: "`x`"'),
        ("a: > citāts", "LOS03", (1, 4), "begins with >", 'a: "> citāts"'),
        ("a: | x", "LOS03", (1, 4), "begins with |", 'a: "| x"'),
        ("a: - x", "LOS03", (1, 4), "begins with -", 'a: "- x"'),
        ("a: {helpline-thb} zvani", "LOS03", (1, 19), "begins with {", 'a: "{helpline-thb} zvani"'),
        ('lv: "Tas ir "labs" vārds"', "YML01", (1, 14), "closing quotation mark", "lv: 'Tas ir \"labs\" vārds'"),
        ('a: "C:\\ceļš"', "YML01", (1, 7), "backslash", "a: 'C:\\ceļš'"),
        ('a: "abc\nb: 1', "YML01", (1, 4), "never closed", ""),
        ("a: 'abc", "YML01", (1, 4), "never closed", ""),
        ("a: [1, 2\nb: 3", "YML01", (1, 4), "not closed", ""),
        ("a: {x: 1\nb: 3", "YML01", (1, 4), "not closed", ""),
        ("a: {b: 'x'y}", "YML01", (1, 11), "follows where a comma", "in quotes"),
        ("a: 1\n b: 2", "YML01", (2, 3), "does not fit the one above", "neighbours"),
        ("bez kola\nb: 1", "YML01", (2, 2), "lacks its colon", ""),
        ("a: 1\nvārds\nb: 2", "YML01", (2, 1), "no “key: value”", ""),
        ("text:\n  lv: x\n en: y", "YML01", (3, 2), "not indented like", "exactly below"),
        ("- a\nb: 1", "YML01", (2, 1), "list that begins at line 1", "“- ”"),
        ("  a: 1\nb: 2", "YML01", (2, 1), "further to the left", "same place"),
    ],
)
def test_broken_yaml_is_explained_at_its_place(source, code, place, words, hint):
    mistake = the_mistake(parse(source))
    assert (mistake.code, (mistake.line, mistake.column)) == (code, place)
    assert words in mistake.message
    assert hint in mistake.hint


@pytest.mark.parametrize("source", ["a: Svarīgi: nāciet", "a: *b*", "a: {b} c", 'a: "b "c" d"', "a: - x", "a: > x"])
def test_the_mended_line_reads(source):
    hint = the_mistake(parse(source)).hint
    assert table_of(hint).pairs["a"]
