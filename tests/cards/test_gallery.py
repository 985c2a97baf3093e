"""Finished pictures: painted once, whole or not at all, by others when there are many."""

import datetime as dt
import os
import resource
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.cards import CardError
from campaign.cards.gallery import Gallery, identity_of
from campaign.model import Card
from tests.cards.cases import card, drawn, studio


@pytest.fixture
def gallery(tmp_path):
    return Gallery(studio(), tmp_path / "pictures")


def many(count=26):
    return [drawn(card("announcement", {"title": f"Glāžšķūņu rūķīši {number}"})) for number in range(count)]


def test_a_picture_is_painted_once(gallery):
    picture = drawn(card("event"))
    assert gallery.found(picture) is None
    assert gallery.load(picture) == studio().paint(picture)
    gallery.path(picture).write_bytes(gallery.path(picture).read_bytes())
    kept = gallery.path(picture).stat().st_ino
    assert gallery.load(picture)[0] == gallery.found(picture)
    assert gallery.path(picture).stat().st_ino == kept


@pytest.mark.parametrize("size", ["og", "print"])
def test_a_file_that_was_cut_off_is_painted_anew(gallery, size):
    picture = drawn(card("thanks", None, size))
    whole, _ = gallery.load(picture)
    gallery.path(picture).write_bytes(whole[: len(whole) // 2])
    assert gallery.found(picture) is None
    assert len(gallery.load(picture)[0]) == len(whole)


def test_another_version_of_what_draws_is_another_picture(gallery):
    picture = drawn(card("event"))
    assert identity_of(picture).startswith(f"{picture.id}:")
    assert identity_of(picture).count("/") == 4


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "pictures").write_text("a file, no folder")
    gallery = Gallery(studio(), tmp_path / "pictures")
    assert gallery.load(drawn(card("event")))[1] == "image/png"


def test_a_full_disk_leaves_nothing_behind(gallery, tmp_path):
    picture = drawn(card("event"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        assert gallery.load(picture)[1] == "image/png"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert list((tmp_path / "pictures").iterdir()) == []


def test_many_are_painted_by_other_processes_and_counted(gallery):
    ticks = []
    pictures = many()
    assert gallery.paint_all([*pictures, pictures[0]], 2, lambda: ticks.append(1)) == {}
    assert len(ticks) == len(pictures)
    assert all(gallery.found(picture) for picture in pictures)


def test_what_cannot_be_painted_is_told_and_the_rest_is_painted(gallery):
    good = drawn(card("event"))
    broken = replace(good, id="0" * 64, source=Card("announcement", "og", "lv", {"title": ""}))
    assert [flaw.code for flaw in gallery.paint_all([broken, good])[broken.id]] == ["CRD02"]
    assert gallery.found(good)


class Killing(Gallery):
    """Its painters are killed after the first picture."""

    def _by_others(self, pictures, processes):
        painted = super()._by_others(pictures, 1)
        yield next(painted)
        for painter in painters():
            os.kill(painter, signal.SIGKILL)
        yield from painted


def painters():
    """Our processes that paint."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if int(parent) == os.getpid() and "spawn_main" in (folder / "cmdline").read_text():
                yield int(folder.name)


def test_the_work_of_killed_painters_is_done_by_ourselves(tmp_path):
    gallery, pictures = Killing(studio(), tmp_path / "pictures"), many(60)
    assert gallery.paint_all(pictures, 2) == {}
    assert all(gallery.found(picture) for picture in pictures)


def test_what_was_painted_months_ago_is_removed(gallery):
    picture = drawn(card("event"))
    gallery.load(picture)
    gallery.prune(dt.datetime.now(dt.UTC))
    assert gallery.found(picture)
    gallery.prune(dt.datetime.now(dt.UTC) + dt.timedelta(days=121))
    assert gallery.found(picture) is None


def test_a_broken_picture_is_refused_when_it_is_asked_for(gallery):
    broken = replace(drawn(card("event")), id="1" * 64, source=Card("none", "og", "lv", {}))
    with pytest.raises(CardError, match="CRD01"):
        gallery.load(broken)
