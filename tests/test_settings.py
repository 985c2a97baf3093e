"""What the operator decides: read, overridden, refused in words."""

import datetime as dt
from pathlib import Path

import pytest

from campaign.channels import ACCOUNTS
from campaign.errors import CampaignError
from campaign.model import IfLate
from campaign.settings import Settings, load, open_studio
from tests.workspaces import CONFIG, ROOT, make_workspace


def settings_of(root: Path, config: str, mode: str = "") -> Settings:
    return load(make_workspace(root, config=config), mode)


def test_the_sample_configuration_is_sound() -> None:
    settings = load(ROOT)
    assert settings.mode == "sandbox"
    kinds = {account.kind for account in settings.accounts.values()}
    every = {model.model_fields["kind"].annotation.__args__[0] for model in ACCOUNTS}  # type: ignore[union-attr]
    assert kinds == every - {"slack"} | {"newsletter"}  # Slack is there as a webhook


def test_accounts_speak_the_languages_of_the_site_unless_they_say_otherwise(tmp_path: Path) -> None:
    config = CONFIG.replace('server = "https://mastodon.example"', 'server = "https://m.example"\nlanguages = ["lv"]')
    accounts = settings_of(tmp_path, config).site().accounts
    assert (accounts["mastodon"].languages, accounts["bluesky"].languages) == (("lv",), ("lv", "en"))


def test_limits_that_a_server_told_replace_the_usual_ones(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, CONFIG)
    usual = settings.site().accounts["mastodon"].limits
    told = {"mastodon": type(usual)(characters=5000)}
    assert settings.site(told).accounts["mastodon"].limits.characters == 5000
    assert usual.characters == 500


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("30min", IfLate(dt.timedelta(minutes=30))),
        ("2h then skip", IfLate(dt.timedelta(hours=2), "skip")),
        ("skip", IfLate(dt.timedelta(), "skip")),
        ("ask", IfLate(dt.timedelta(), "ask")),
    ],
)
def test_the_late_rule_is_that_of_the_schedules(tmp_path: Path, words: str, rule: IfLate) -> None:
    assert settings_of(tmp_path, f'if_late = "{words}"\n' + CONFIG).site().if_late == rule


def test_the_theme_of_the_cards_is_plain_unless_it_is_named(tmp_path: Path) -> None:
    assert settings_of(tmp_path, CONFIG).card_theme == "plain"
    assert load(ROOT).card_theme == "ministry"


def test_a_theme_may_be_the_workspaces_own_but_not_unknown(tmp_path: Path) -> None:
    own = tmp_path / "assets" / "cards" / "themes"
    own.mkdir(parents=True)
    (own / "mana.yaml").touch()
    settings = settings_of(tmp_path, 'card_theme = "mana"\n' + CONFIG)
    assert "cover" in open_studio(settings, [tmp_path / "assets", ROOT / "assets"]).templates()
    with pytest.raises(CampaignError, match="card_theme: there is no theme “mana”; there are: ministry, plain"):
        open_studio(settings, [ROOT / "assets"])


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_HORIZON_DAYS", "90")
    monkeypatch.setenv("CAMPAIGN_SERVE__PORT", "9000")
    monkeypatch.setenv("CAMPAIGN_SOAK", "1")
    settings = settings_of(tmp_path, CONFIG)
    assert (settings.horizon_days, settings.serve.port, settings.serve.host) == (90, 9000, "127.0.0.1")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('base_url = "https://kampana.example"', 'base_url = "kampana.example"', "base_url: an address begins with"),
        ('mode = "sandbox"', 'mode = "production"', "mode: Input should be"),
        ('mode = "sandbox"', 'zone = "Europe/Riga"', "zone: Extra inputs"),
        ('mode = "sandbox"', 'timezone = "Europe/Rīga"', "timezone: no such time zone"),
        ('mode = "sandbox"', 'if_late = "soon"', "if_late: "),
        ('name.en = "Campaign"', "", "its name in each of its languages (missing: en)"),
        ('kind = "feed"', 'kind = "fax"', "accounts.feed: "),
        ('handle = "kampana.example"', 'handle = "kampana.example"\npasword = "x"', "pasword: Extra inputs"),
        ("[accounts.feed]", '[accounts.second]\nkind = "site"\n[accounts.feed]', "only one account of kind “site”"),
        ("[accounts.feed]", "[accounts.all]", "“all” cannot be the name"),
        ("[accounts.feed]", "[accounts.feed_lv]", "“feed_lv” cannot be the name"),
        ("[accounts.feed]", '[accounts."feed:lv"]', "“feed:lv” cannot be the name"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in CONFIG
    with pytest.raises(CampaignError) as caught:
        settings_of(tmp_path, CONFIG.replace(old, new))
    assert words in str(caught.value)


def test_a_mistyped_secret_is_never_quoted(tmp_path: Path) -> None:
    config = CONFIG.replace('handle = "kampana.example"', 'handle = "kampana.example"\nsecret = "kanarijputniņš"')
    with pytest.raises(CampaignError) as caught:
        settings_of(tmp_path, config, "live")
    assert "kanarijputniņš" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("mode", ["sandbox", "live"])
def test_a_secret_in_the_shared_file_is_refused_with_its_right_place(tmp_path: Path, mode: str) -> None:
    config = CONFIG.replace('handle = "kampana.example"', 'handle = "kampana.example"\napp_password = "kanarijputniņš"')
    with pytest.raises(CampaignError, match="config/secrets/bluesky_app_password") as caught:
        settings_of(tmp_path, config, mode)
    assert "kanarijputniņš" not in str(caught.value)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="line 1"):
        settings_of(tmp_path, "mode = sandbox")


def test_a_folder_without_configuration_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="campaign init"):
        load(tmp_path)


def test_secrets_come_from_systemd_credentials_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "mastodon_token").write_text("slepens\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    account = settings_of(tmp_path / "ws", CONFIG, "live").accounts["mastodon"]
    assert account.token.get_secret_value() == "slepens"  # type: ignore[union-attr]
