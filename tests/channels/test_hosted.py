"""A picture is where a service is sent for it before the service is sent there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from campaign.channels.hosted import Hosting
from campaign.channels.http import over_network
from campaign.errors import Transient
from tests.channels.attempts import make_picture, options_for
from tests.fakes.chats import FakeSite
from tests.fakes.server import Answer, answering, unavailable


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as fake:
        yield fake


@pytest.fixture
def hosting(site: FakeSite) -> Hosting:
    return Hosting(over_network(options_for(site.address)), site.url)


def test_a_picture_that_is_public_has_an_address(site: FakeSite, hosting: Hosting):
    picture = make_picture()
    assert hosting.address(picture) == f"{site.url}/pictures/{picture.name}"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404),
        Answer(200, b"<!doctype html>", {"Content-Type": "text/html; charset=utf-8"}),
        Answer(200, b"\xff\xd8", {"Content-Type": "image/jpeg"}),
        Answer(200, b"\x89PNG"),
        Answer(206, b"\x89PNG", {"Content-Type": "image/png"}),
    ],
)
def test_what_answers_otherwise_than_as_that_picture_is_waited_for(site: FakeSite, hosting: Hosting, answer: Answer):
    site.spoil(1, answering(answer))
    with pytest.raises(Transient, match="not public yet") as raised:
        hosting.address(make_picture())
    assert raised.value.after
    assert hosting.address(make_picture())


def test_a_picture_of_another_type_than_the_post_says_is_waited_for(hosting: Hosting):
    with pytest.raises(Transient, match="it answers 200 image/png"):
        hosting.address(replace(make_picture(), media_type="image/jpeg"))


def test_a_site_that_is_down_is_waited_for(site: FakeSite, hosting: Hosting):
    site.spoil(1, unavailable)
    with pytest.raises(Transient):
        hosting.address(make_picture())
    with site.down(), pytest.raises(Transient):
        hosting.address(make_picture())
