import pytest
from pydantic import ValidationError

from campaign.channels import ACCOUNTS
from campaign.channels.local import CalendarSettings, FeedSettings, SiteSettings
from campaign.model import LOCAL_KINDS

LOCAL = (FeedSettings, SiteSettings, CalendarSettings)


def kind_of(model: type) -> str:
    return str(model.model_fields["kind"].annotation.__args__[0])  # type: ignore[attr-defined]


def test_they_are_the_kinds_that_settle_in_the_ledger():
    assert {kind_of(model) for model in LOCAL} == LOCAL_KINDS
    assert set(LOCAL) <= set(ACCOUNTS)


@pytest.mark.parametrize("model", LOCAL)
def test_they_take_parts_of_any_length(model: type[FeedSettings]):
    limits = model.model_validate({"kind": kind_of(model)}).limits
    assert (limits.layout, limits.characters, limits.bytes) == ("parts", 0, 0)


@pytest.mark.parametrize("model", LOCAL)
def test_an_unknown_field_is_refused(model: type[FeedSettings]):
    with pytest.raises(ValidationError):
        model.model_validate({"kind": kind_of(model), "token": "x"})
