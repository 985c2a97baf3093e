"""The composition root: settings in, wired objects out; besides `daemon` the only reader of clock, chance and host."""

import datetime as dt
import json
import os
import random
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from campaign import deliver
from campaign.build import Built, HelpLine, Outlets, build
from campaign.cards import CardError, Studio, missing_engine
from campaign.cards.gallery import Gallery, identity_of
from campaign.channels import open_channel, open_recorder
from campaign.channels.base import Channel, RemoteModel
from campaign.channels.http import HttpOptions, Timeouts
from campaign.channels.tokens import TokenFolder
from campaign.deliver import Desk
from campaign.errors import CampaignError, Rejected
from campaign.limits import read_anew
from campaign.model import Picture, Schedules, State, Window, help_lines
from campaign.newsletter import NewsletterSettings
from campaign.newsletter.mailer import Recorder, Smtp
from campaign.newsletter.press import Press
from campaign.plan import Plan, plan
from campaign.plan.adopt import Adopted, Rules, adopt, differences, stopped
from campaign.schedule import read
from campaign.settings import open_studio
from campaign.store import amendments, from_ms, ledger, outbox, outlets, paces, pictures, to_ms
from campaign.store.database import Database, open_database
from campaign.store.states import OPEN
from campaign.store.values import POST, Change
from campaign.workers import InTurn, Lanes
from campaign.workspace import Workspace

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The wall clock, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass
class App:
    """One opened mode of a workspace: plan, deliver and build, on a clock that is given."""

    workspace: Workspace
    database: Database
    clock: Clock
    report: Callable[[str], None]
    studio: Studio
    virtual: bool = False
    stopping: bool = False
    wake: Callable[[], None] = field(default=lambda: None)
    schedules: Schedules = field(default_factory=Schedules)
    _planned: tuple[Any, ...] = ()
    _limits_read: int = 0
    _built: tuple[Any, ...] = ()
    _shown: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        """Open the accounts."""
        settings = self.workspace.settings
        self.site = self.workspace.site()
        self.gallery = Gallery(self.studio, self.workspace.var / "cards")
        live = settings.mode == "live"
        self.rules = Rules(live=live, certain=self.virtual)
        self.desk = Desk(
            database=self.database,
            channels=self._channels(live=live),
            presses=self._presses(live=live),
            load=self.picture,
            owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            clock=self.clock,
            jitter=(lambda: 0.5) if self.virtual else random.random,
            stopping=lambda: self.stopping,
            longest=settings.request_seconds,
            report=self.report,
            manners=self.site.accounts,
            zone=ZoneInfo(self.site.timezone),
        )
        self.lanes = InTurn(self._lane) if self.virtual else Lanes(self._lane, self._lane_ended)

    def _lane(self, account: str) -> int:
        return deliver.run_lane(self.desk, account)

    def _lane_ended(self) -> None:
        self.wake()  # set by the daemon after the lanes exist

    def _channels(self, *, live: bool) -> Mapping[str, Channel]:
        settings = self.workspace.settings
        folder = self.workspace.root / "config" / "secrets" / "tokens"
        options = HttpOptions(
            self.site.base_url,
            self.clock,
            frozenset(settings.reachable),
            ordinary=Timeouts(total=min(60, settings.request_seconds)),
            uploads=Timeouts(read=120, total=min(180, settings.request_seconds)),
            rest=self._rest,
        )
        return {
            name: open_channel(name, account, options, TokenFolder(folder))
            if live
            else open_recorder(name, account, self.workspace.var / "outbox", self.site.base_url)
            for name, account in settings.accounts.items()
            if isinstance(account, RemoteModel)
        }

    def _rest(self, account: str, wait: dt.timedelta) -> None:
        now = self.clock()
        with self.database.write() as connection:
            paces.rest(connection, account, to_ms(now), to_ms(now + wait))

    def _presses(self, *, live: bool) -> Mapping[str, Press]:
        found = {}
        for name, account in self.workspace.settings.accounts.items():
            if isinstance(account, NewsletterSettings):
                postman = Smtp(account) if live else Recorder(self.workspace.var / "outbox" / name)
                assets, helplines = self.workspace.assets, self.helplines
                found[name] = Press(account, self.site, postman, self.picture, assets, helplines, self.today)
        return found

    # ------------------------------------------------------------ plan

    def read(self) -> Schedules:
        """Read every schedule file anew."""
        self.schedules = read(
            self.workspace.schedules, self.site, assets=self.workspace.asset_files, today=self.today()
        )
        return self.schedules

    def today(self) -> dt.date:
        """The local date of the site."""
        return self.clock().astimezone(ZoneInfo(self.site.timezone)).date()

    def window(self) -> Window:
        """From the day this ledger was begun to the horizon, with everything that was due before."""
        with self.database.read() as connection:
            born = outbox.born(connection).astimezone(ZoneInfo(self.site.timezone)).date()
        horizon = dt.timedelta(days=self.workspace.settings.horizon_days)
        return Window(min(born, self.today()), self.today() + horizon, past=True)

    def plan(self, window: Window | None = None) -> Plan:
        """What the files of the last reading say; writes nothing."""
        return plan(self.schedules, self.site, window or self.window(), self.studio, self.today())

    def replan(self, window: Window | None = None, *, again: bool = False) -> Adopted | None:
        """Make the outbox follow the files, if they or the day changed since the last time."""
        state = (self._files(), self.today(), window, self._limits_read)
        if state == self._planned and not again:
            return None
        self.read()
        adopted = self.adopt(self.plan(window))
        self._planned = () if adopted.look_again else state
        return adopted

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        """Every file of the team with its time and size: what is unchanged is not read again."""
        found = sorted(path for folder in self.workspace.watched for path in folder.rglob("*") if path.is_file())
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found)

    def adopt(self, planned: Plan) -> Adopted:
        """Put a plan into the ledger."""
        adopted = adopt(self.database, planned, self.schedules, self.clock(), self.rules)
        if not any(file.registry and not file.readable for file in self.schedules.files):
            self._keep_helplines(self.schedules)
        return adopted

    def differences(self, planned: Plan) -> list[Change]:
        """What adopting a plan would change."""
        with self.database.read() as connection:
            return differences(connection, planned, self.schedules, self.clock(), self.rules)

    def stopped(self) -> Mapping[str, str]:
        """Key → why the files of this moment do not let it out."""
        self.read()
        return stopped(self.plan(), self.rules)

    def _keep_helplines(self, schedules: Schedules) -> None:
        """What was read last stays while one of the help lines has a mistake: no page may lose its numbers."""
        if not set(self.site.helplines) <= schedules.contacts.keys() and any(self.helplines().values()):
            return
        lines = help_lines(self.site, schedules)
        with self.database.write() as connection:
            outbox.set_setting(connection, "helplines", json.dumps(lines, ensure_ascii=False))

    def helplines(self) -> dict[str, list[tuple[str, str, str]]]:
        """Language → (name, number as displayed, number) of the help lines, as they were read last."""
        with self.database.read() as connection:
            stored = json.loads(outbox.setting_of(connection, "helplines") or "{}")
        return {language: [(line[0], line[1], line[2]) for line in lines] for language, lines in stored.items()}

    # ------------------------------------------------------------ deliver and build

    def run_pass(self) -> int:
        """One pass of the clock: own outlets, build, then whatever is due; rows settled here.

        Lanes start even when the build fails: what needs no page of ours must not wait for it.
        """
        instant = to_ms(self.clock())
        self._hold_what_cannot_be_drawn(instant)
        with self.database.write() as connection:
            ledger.expire(connection, instant)
            settled = outlets.settle(connection, instant)
        try:
            self._show_the_public(instant)
        finally:
            self.lanes.start(deliver.accounts_with_work(self.desk))
        return settled

    def read_limits(self) -> None:
        """Ask the servers what they allow; what changed is planned with from now on."""
        if self.workspace.settings.mode == "live" and read_anew(
            self.desk.channels, self.workspace.limits_told, self.clock(), self.report
        ):
            self.site = self.workspace.site()
            self.desk = replace(self.desk, manners=self.site.accounts)
            self._limits_read += 1
            self.wake()

    def amend(self) -> None:
        """Correct and retract on the networks what people have asked for, and nothing else."""
        with self.database.read() as connection:
            accounts = amendments.accounts_asked(connection, to_ms(self.clock()))
        for account in accounts:
            deliver.amend(self.desk, account)

    def _hold_what_cannot_be_drawn(self, instant: int) -> None:
        """Before anything is published here: one picture that cannot be read must not stop the whole site."""
        with self.database.read() as connection:
            due = outlets.contents_due(connection, instant)
        for key, content in due:
            for picture in POST.validate_json(content).every_picture:
                try:
                    self.picture(picture)
                except Rejected as error:
                    self.report(f"{key} is held: {error}")
                    with self.database.write() as connection:
                        ledger.settle(connection, key, tuple(OPEN), State.HELD, held_for="content", reason=str(error))
                    break

    def _show_the_public(self, instant: int) -> None:
        """On a virtual clock the site counts as built: nobody looks at it before the end."""
        if not self.virtual:
            self.build()
            return
        with self.database.write() as connection:
            outlets.mark_public(connection, instant)

    def build(self, progress: Callable[[str], None] | None = None, *, force: bool = False) -> Built | None:
        """Bring `public/` up to date with the ledger; None when nothing changed since the last build."""
        with self.database.read() as connection:
            fetching, instant = self._fetching, to_ms(self.clock())
            fetched = outlets.fetched_signature(connection, fetching, instant)
            state = (outlets.signature(connection), fetched, self.today(), str(self.helplines()))
            if state == self._built and not force:
                return None
            rows = tuple(outlets.published(connection))
            posts = [POST.validate_json(content) for content in outlets.fetched(connection, fetching, instant)]
        lines = {language: [HelpLine(*line) for line in found] for language, found in self.helplines().items()}
        hosted = [picture for post in posts for picture in post.every_picture if self._can_be_drawn(picture)]
        outlets_now = Outlets(rows, self.site, self.today(), lines, self.picture, self.workspace.assets, hosted)
        built = build(outlets_now, self.public, progress)
        with self.database.write() as connection:
            outlets.mark_public(connection, to_ms(self.clock()))
        self._built = state
        return built

    @property
    def _fetching(self) -> list[str]:
        """Accounts whose service fetches pictures from the public site."""
        return [name for name, account in self.site.accounts.items() if account.limits.hosted]

    def _can_be_drawn(self, picture: Picture) -> bool:
        """A picture of a network's post never keeps the site from being built."""
        try:
            self.picture(picture)
        except Rejected as error:
            self.report(f"A picture for a network cannot be drawn: {error}")
            return False
        return True

    def built_anew(self) -> bool:
        """True once after each build that changed something."""
        changed, self._shown = self._shown != self._built, self._built
        return changed

    @property
    def public(self) -> Path:
        """The mode's published files."""
        return self.workspace.var / "public"

    def picture(self, picture: Picture) -> tuple[bytes, str]:
        """Bytes and media type, painted once and kept in the ledger."""
        identity = identity_of(picture)
        with self.database.read() as connection:
            found = pictures.load(connection, identity)
        if found is not None:
            return found
        try:
            painted = self.gallery.load(picture)
        except CardError as error:
            raise Rejected(str(error)) from error
        with self.database.write() as connection:
            pictures.save(connection, identity, painted, self.clock())
        return painted

    def next_due(self) -> dt.datetime | None:
        """When the next pass has something to do."""
        with self.database.read() as connection:
            found = ledger.next_due(connection, to_ms(self.clock()))
        return None if found is None else from_ms(found)

    def prepare(self, within: dt.timedelta = dt.timedelta(hours=48)) -> Sequence[str]:
        """Paint what is due soon, so that no picture work is left for the moment of sending; what cannot be painted."""
        with self.database.read() as connection:
            contents = ledger.contents_due(connection, to_ms(self.clock() + within))
        due = [(key, POST.validate_json(content).every_picture) for key, content in contents]
        self.gallery.paint_all(picture for _, shown in due for picture in shown)
        troubles = []
        for key, shown in due:
            if self.stopping:
                break
            for picture in shown:
                try:
                    self.picture(picture)
                except Rejected as error:
                    troubles.append(f"{key}: {error}")
        return troubles

    def close(self) -> None:
        """Stop lanes, give connections back."""
        self.stopping = True
        if isinstance(self.lanes, Lanes):
            self.lanes.stop()
        self.database.close()


def open_app(
    where: Workspace, clock: Clock = now, report: Callable[[str], None] = print, *, virtual: bool = False
) -> App:
    """Open (or create) the ledger of the workspace's mode."""
    settings = where.settings
    lacking = missing_engine()
    if lacking and settings.mode == "live":
        raise CampaignError(lacking)
    if lacking:
        report(lacking)
    studio = open_studio(settings, where.assets)
    database = open_database(where.ledger, settings.mode, clock())
    return App(where, database, clock, report, studio, virtual)
