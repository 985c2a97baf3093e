"""Building: all or nothing, the same twice, and only what changed is written."""

import errno
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.build import Built, Outlets, build
from campaign.errors import CampaignError
from tests.outputs.published import HELPLINES, SITE, TODAY, load, september, with_row

ASSETS = [Path(__file__).parents[1] / "assets"]
KICKOFF = "eu-anti-trafficking-day-2023/kickoff"
PAGE = f"lv/e/{KICKOFF}/index.html"


def outlets(rows=None, **changes) -> Outlets:
    return replace(Outlets(rows or september(), SITE, TODAY, HELPLINES, load, ASSETS), **changes)


def corrected():
    """The ledger with one word of one message changed."""
    return tuple(
        replace(row, post=replace(row.post, text="Glāžšķūņu rūķīši.")) if row.entry == KICKOFF else row
        for row in september()
    )


def tree(target: Path) -> dict[str, bytes]:
    return {file.relative_to(target).as_posix(): file.read_bytes() for file in target.rglob("*") if file.is_file()}


def builds(target: Path) -> list[str]:
    return sorted(path.name for path in (target.parent / ".builds").iterdir() if path.is_dir())


@pytest.fixture
def target(tmp_path) -> Path:
    place: Path = tmp_path / "var" / "public"
    return place


def failing(picture):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_everything_is_there(target):
    built = build(outlets(), target)
    names = tree(target)
    assert len(names) == built.files == built.changed
    assert {PAGE, "lv/feed.xml", "ru/2023/09.ics", "index.html", "404.html", "feeds.opml"} <= set(names)
    assert sum(name.startswith("pictures/") for name in names) == 21


def test_same_ledger_same_digest_and_nothing_written(target):
    first = build(outlets(), target)
    place, files = target.readlink(), {file: file.stat().st_mtime_ns for file in target.rglob("*")}
    assert build(outlets(tuple(reversed(september()))), target) == Built(first.files, 0, first.digest)
    assert target.readlink() == place
    assert {file: file.stat().st_mtime_ns for file in target.rglob("*")} == files


def test_another_place_gives_the_same_bytes(target, tmp_path):
    assert build(outlets(), target).digest == build(outlets(), tmp_path / "other").digest
    assert tree(target) == tree(tmp_path / "other")


def test_only_what_changed_is_another_file(target):
    build(outlets(), target)
    before = {path: (target / path).stat().st_ino for path in tree(target)}
    built = build(outlets(corrected()), target)
    changed = {path for path in before if (target / path).stat().st_ino != before[path]}
    assert len(changed) == built.changed
    assert PAGE in changed
    assert not [path for path in changed if path.startswith("pictures/") or path.endswith(".ics")]


def test_pictures_are_loaded_once(target):
    asked = []

    def counting(picture):
        asked.append(picture.name)
        return load(picture)

    build(outlets(load=counting), target)
    asked.clear()
    build(outlets(corrected(), load=counting), target)
    assert asked == []


def test_a_full_disk_leaves_the_old_site(target):
    build(outlets(), target)
    before = tree(target)
    fresh = replace(september()[0].post, pictures=(replace(corrected_picture(), id="f" * 64),))
    rows = (*corrected(), replace(september()[0], key="c/new>site:lv", entry="c/new", post=fresh))
    with pytest.raises(OSError, match="No space"):
        build(outlets(rows, load=failing), target)
    assert tree(target) == before
    assert not [name for name in builds(target) if name.startswith("new-")]


def corrected_picture():
    return next(row.post.pictures[0] for row in september() if row.post.pictures)


def test_a_failed_first_build_leaves_nothing_public(target):
    with pytest.raises(OSError, match="No space"):
        build(outlets(load=failing), target)
    assert not target.exists()


def test_what_an_interrupted_build_left_is_cleared(target):
    build(outlets(), target)
    leftover = target.parent / ".builds" / "new-xyz"
    (leftover / "lv").mkdir(parents=True)
    (leftover / "lv" / "half.html").write_text("…", encoding="utf-8")
    (target.parent / ".builds" / ".link").symlink_to("nowhere")
    build(outlets(corrected()), target)
    assert not leftover.exists()
    assert len(tree(target)) > 100


def test_the_build_before_is_kept_and_older_ones_go(target):
    first = build(outlets(), target).digest[:32]
    second = build(outlets(corrected()), target).digest[:32]
    third = build(outlets(with_row(september(), KICKOFF, withdrawn="kļūda")), target).digest[:32]
    assert builds(target) == sorted([second, third])
    assert first not in builds(target)


def test_going_back_to_earlier_content_works(target):
    first = build(outlets(), target)
    build(outlets(corrected()), target)
    assert build(outlets(), target).digest == first.digest
    assert "Pēc mēneša" in (target / PAGE).read_text(encoding="utf-8")


def test_a_missing_file_is_put_back(target):
    build(outlets(), target)
    (target / "lv" / "feed.xml").unlink()
    assert build(outlets(), target).changed == 1
    assert (target / "lv" / "feed.xml").is_file()


def test_an_empty_folder_gives_way(target):
    target.mkdir(parents=True)
    build(outlets(), target)
    assert target.is_symlink()


def test_a_folder_with_files_of_somebody_else_is_left_alone(target):
    target.mkdir(parents=True)
    (target / "mans.txt").write_text("mans", encoding="utf-8")
    with pytest.raises(CampaignError, match="not ours"):
        build(outlets(), target)
    assert (target / "mans.txt").read_text(encoding="utf-8") == "mans"


def test_the_link_is_relative_so_the_folder_can_be_moved(target, tmp_path):
    build(outlets(), target)
    target.parent.rename(tmp_path / "moved")
    assert (tmp_path / "moved" / "public" / PAGE).is_file()


def test_a_web_server_may_read_it(target):
    build(outlets(), target)
    assert all(file.stat().st_mode & stat.S_IROTH for file in target.rglob("*"))
    assert target.resolve().stat().st_mode & stat.S_IXOTH


@pytest.mark.parametrize("entry", ["../../x", "c/../../../x", "c/a b", "C/A", "/etc", "c/\x00", "c/ā"])
def test_no_key_writes_outside_the_tree(entry, target, tmp_path):
    row = next(row for row in september() if row.kind == "site")
    rows = (*september(), replace(row, key=f"{entry}>site:lv", entry=entry))
    with pytest.raises(CampaignError, match="cannot be a public address"):
        build(outlets(rows), target)
    assert not target.exists()
    assert {path.name for path in tmp_path.rglob("*")} == {"var", ".builds", ".lock"}


def test_a_withdrawn_entry_takes_its_picture_along(target):
    build(outlets(), target)
    before = {name for name in tree(target) if name.startswith("pictures/")}
    build(outlets(with_row(september(), KICKOFF, withdrawn="kļūda")), target)
    gone = before - set(tree(target))
    assert gone == {f"pictures/{row.post.pictures[0].name}" for row in september() if row.entry == KICKOFF}


def test_progress_is_told_in_words(target):
    told: list[str] = []
    built = build(outlets(), target, told.append)
    assert told == ["writing feeds, calendars and pages", f"{built.files} files, {built.changed} changed"]


def test_two_builds_at_once_take_turns(target):
    made: list[Built] = []
    ledgers = (september(), corrected())
    threads = [threading.Thread(target=lambda rows=rows: made.append(build(outlets(rows), target))) for rows in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert target.readlink().name == made[-1].digest[:32]
