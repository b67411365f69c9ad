"""What becomes of one demande: answered at once or later, held, transferred, closed, reopened."""

import math
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from engagements.demo.catalogue import Text, read
from engagements.demo.clock import DAY, MINUTE
from engagements.demo.places import Place
from engagements.demo.rhythm import Hours
from engagements.demo.words import (
    ACKNOWLEDGEMENT,
    ANSWERED,
    COUNTER,
    DEMARCHE,
    DUPLICATE,
    EMAIL,
    GUICHET,
    HOLDING,
    INFORMATION,
    MAIL,
    MERITS,
    NO_ANSWER_NEEDED,
    ONLINE,
    PHONE,
    RECLAMATION,
    SUGGESTION,
    WITHDRAWN,
)

# Median delay in working days, and its spread, of an ordinary service.
DELAYS: dict[str, tuple[float, float]] = {
    EMAIL: (2.3, 0.68),
    MAIL: (7.0, 0.5),
    ONLINE: (3.2, 0.7),
    GUICHET: (3.0, 0.8),
    PHONE: (2.5, 0.8),
    RECLAMATION: (7.5, 0.5),
    SUGGESTION: (8.0, 0.5),
}
AT_ONCE: dict[str, float] = {
    INFORMATION: 0.95,
    DEMARCHE: 0.86,
    RECLAMATION: 0.3,
    SUGGESTION: 0.4,
}
# A struggling service takes ever longer: its delays grow to this many times those of its pace.
WORST = 2.4


class Given(NamedTuple):
    """A reply: what it is, when it was given, and the day it announces."""

    kind: str
    at: int
    text: str
    by: int | None
    announced: int | None = None
    items: bool = False
    forwarded: str = ""


@dataclass(slots=True)
class Life:
    """One demande as a writer needs it; instants and days are those of the clock."""

    place: Place
    channel: str
    nature: str
    motif: int
    text: Text
    received: int
    registered: int
    agent: int | None
    usager: int | None = None
    round: int = 1
    reference: str = ""
    letter: int | None = None
    # The service that first had it, and when it was passed on.
    origin: Place | None = None
    transferred: int = 0
    transfer_reason: str = ""
    replies: list[Given] = field(default_factory=list)
    messages: list[tuple[int, str]] = field(default_factory=list)
    items_received: list[tuple[int, str]] = field(default_factory=list)
    closed: int | None = None
    reason: str = ""

    @property
    def received_day(self) -> int:
        return self.received // DAY

    @property
    def is_reopening(self) -> bool:
        return self.round > 1

    def announced_day(self) -> int | None:
        """The first announced day that was broken, else the last given: as the database has it."""
        promised: int | None = None
        for given in self.replies:
            binds = given.kind == MERITS or given.announced is not None
            if promised is not None and binds and given.at // DAY > promised:
                return promised
            if given.announced is not None:
                promised = given.announced
        return promised


class Fate:
    """Draws what happens to demandes; nothing happens from the instant `horizon` on."""

    def __init__(self, rng: Random, hours: Hours, front: Place, horizon: int, decline: int) -> None:
        self.rng = rng
        self.hours = hours
        self.front = front
        self.horizon = horizon
        # The day from which the struggling service declines.
        self.decline = decline
        self.phrases = read("phrases")

    def one_of(self, phrases: list[str]) -> str:
        return phrases[int(self.rng.random() * len(phrases))]

    def someone(self, place: Place) -> int | None:
        return place.agents[int(self.rng.random() * len(place.agents))] if place.agents else None

    # --- from receipt to closing --------------------------------------------------------------

    def live(self, life: Life) -> None:
        if life.channel == ONLINE and not life.is_reopening:
            self._acknowledge(life)
        if self._answered_at_once(life):
            self._answer(life, life.registered)
            return
        chance = self.rng.random()
        delay = self._delay(life)
        planned = self._moment(life, life.place.days.nth(life.received_day, delay))
        if chance < self._forgotten(life):
            planned = self.horizon
        if 0.5 < chance < 0.515:
            self._drop(life, planned)
        elif self._is_held(life, delay):
            self._hold(life, delay)
        else:
            self._answer(life, planned)
        self._pass_on(life)
        self._insist(life, delay)

    def _answered_at_once(self, life: Life) -> bool:
        if life.channel not in COUNTER or life.is_reopening:
            return False
        chance = AT_ONCE[life.nature] - (0.15 if life.place.is_struggling else 0)
        return self.rng.random() < chance

    def _delay(self, life: Life) -> int:
        median, spread = DELAYS.get(life.nature) or DELAYS[life.channel]
        slow = median * self.slowness(life.place, life.received_day)
        return int(self.rng.lognormvariate(math.log(slow), spread))

    def slowness(self, place: Place, day: int) -> float:
        if not place.is_struggling or day < self.decline:
            return place.pace
        share = (day - self.decline) * DAY / (self.horizon - self.decline * DAY)
        return place.pace * (1 + (WORST - 1) * min(1.0, share))

    def _forgotten(self, life: Life) -> float:
        """Older ones have been found again."""
        if life.received < self.horizon - 80 * DAY:
            return 0.0
        return 0.08 if life.place.is_struggling else 0.008

    def _moment(self, life: Life, day: int) -> int:
        """When an agent writes on that day, or once it is registered."""
        day = life.place.days.from_day(day)
        if day <= life.registered // DAY:
            return life.registered + int((10 + 70 * self.rng.random()) * MINUTE)
        return day * DAY + self.hours.desk()

    def _acknowledge(self, life: Life) -> None:
        text = self.phrases["acknowledgement"]
        life.replies.append(Given(ACKNOWLEDGEMENT, life.received, text, None))

    def _answer(self, life: Life, at: int) -> None:
        if at >= self.horizon:
            return
        forwarded, text = "", life.text.answer
        if at > life.registered and self.rng.random() < 0.012:
            forwarded = self.one_of(self.phrases["forwarded_to"])
            text = self.phrases["forwarding"]
        by = self.someone(life.place) if at > life.registered else life.agent
        life.replies.append(Given(MERITS, at, text, by, forwarded=forwarded))
        life.closed, life.reason = at, ANSWERED

    def _drop(self, life: Life, at: int) -> None:
        if at < self.horizon:
            life.closed = at
            life.reason = (
                DUPLICATE
                if self.rng.random() < 0.5
                else WITHDRAWN
                if self.rng.random() < 0.7
                else NO_ANSWER_NEEDED
            )

    # --- holding replies and announced dates ---------------------------------------------------

    def _is_held(self, life: Life, delay: int) -> bool:
        chance = 0.14 if life.place.is_struggling else 0.25
        return delay >= 3 and life.nature != SUGGESTION and self.rng.random() < chance

    def _hold(self, life: Life, delay: int) -> None:
        """A holding reply at about two thirds of the wait, then the promised date, kept or not."""
        days, random = life.place.days, self.rng.random
        at = self._moment(life, days.nth(life.received_day, max(1, delay * 2 // 3)))
        if at >= self.horizon:
            return
        promised = days.nth(at // DAY, 6 + int(random() * 12))
        items = random() < 0.4
        text = self.one_of(self.phrases["items" if items else "holding"])
        by = self.someone(life.place)
        life.replies.append(Given(HOLDING, at, text, by, promised, items))
        since = at // DAY
        if items and random() < 0.5:
            since = days.nth(since, 2 + int(random() * 4))
            received = since * DAY + self.hours.desk()
            if received >= self.horizon:
                return
            promised = days.nth(since, 5 + int(random() * 8))
            life.items_received.append((received, self.one_of(self.phrases["items_received"])))
            life.replies.append(Given(ACKNOWLEDGEMENT, received, "", by, promised))
        self._answer(life, self._kept_or_not(life, since, promised) * DAY + self.hours.desk())

    def _kept_or_not(self, life: Life, since: int, promised: int) -> int:
        """The day of the reply on the merits."""
        days, random = life.place.days, self.rng.random
        if random() < (0.6 if life.place.is_struggling else 0.88):
            first = days.nth(since, 1)
            return days.from_day(first + int(random() * (promised - first + 1)))
        return days.nth(promised, 1 + int(random() * 8))

    # --- what else happens ----------------------------------------------------------------------

    def _pass_on(self, life: Life) -> None:
        """Some demandes reach the front desk first, which hands them over the next working day."""
        if life.place is self.front or life.is_reopening or self.rng.random() > 0.06:
            return
        acts = [one.at for one in life.replies if one.at > life.received]
        before = min([*acts, life.closed or self.horizon, self.horizon])
        at = self.front.days.nth(life.registered // DAY, 1) * DAY + self.hours.opening()
        if at // DAY < before // DAY:
            life.origin, life.transferred = self.front, at
            life.transfer_reason = self.one_of(self.phrases["transfers"])
            life.agent = self.someone(self.front)

    def _insist(self, life: Life, delay: int) -> None:
        """A reminder while the usager waits: a contact more, and no clock moves."""
        if delay < 7 or not life.usager or self.rng.random() > 0.2:
            return
        at = life.place.days.nth(life.received_day, delay // 2 + 2) * DAY + self.hours.desk()
        end = min(life.closed or self.horizon, self.horizon)
        if life.registered < at < end and at > life.transferred:
            life.messages.append((at, self.one_of(self.phrases["reminders"])))

    def reopening_day(self, life: Life) -> int | None:
        """When the usager comes back on an answered demande, if they do."""
        if life.reason != ANSWERED or life.closed is None or life.round > 2:
            return None
        if life.usager is None or life.closed == life.registered:
            return None
        if self.rng.random() > (0.07 if life.place.is_struggling else 0.025):
            return None
        return life.place.days.nth(life.closed // DAY, 2 + int(self.rng.random() * 12))
