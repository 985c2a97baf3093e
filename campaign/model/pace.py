"""How fast an account goes, and when it is silent."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `posts` in `seconds`, in a burst or spread; `arrival` (ms) is when the next one comes at an even pace."""

    posts: int
    seconds: float

    @property
    def _interval(self) -> float:
        return self.seconds * 1000 / self.posts

    @property
    def _slack(self) -> float:
        """How far ahead of an even pace a burst may run."""
        return self.seconds * 1000 - self._interval

    def allowance(self, arrival: int, now: int) -> int:
        """How many may go out now."""
        return max(0, int((self._slack - self._ahead(arrival, now)) // self._interval) + 1)

    def after(self, arrival: int, now: int, posts: int) -> int:
        """The arrival once so many have gone out."""
        return round(now + self._ahead(arrival, now) + posts * self._interval)

    def _ahead(self, arrival: int, now: int) -> float:
        """How far the posts run ahead of an even pace; further than they can only after a clock was set back."""
        ahead = arrival - now
        return 0 if ahead > self.seconds * 1000 + self._interval else max(0, ahead)

    def free_at(self, arrival: int) -> int:
        """From when on one more may go out."""
        return round(arrival - self._slack)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the local day in which nothing is pushed; `ends` before `begins` spans midnight."""

    begins: dt.time
    ends: dt.time

    def until(self, local: dt.datetime) -> dt.datetime | None:
        """The local time at which a moment of these hours ends; None outside them."""
        time = local.time()
        over_night = self.ends <= self.begins
        inside = time >= self.begins or time < self.ends if over_night else self.begins <= time < self.ends
        if not inside:
            return None
        days = 1 if over_night and time >= self.begins else 0
        return dt.datetime.combine(local.date() + dt.timedelta(days=days), self.ends, local.tzinfo)
