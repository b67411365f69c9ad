"""The demandes of a town, day after day: who turns to which service, and what follows."""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from random import Random

from engagements.demo.catalogue import Text
from engagements.demo.clock import DAY, MINUTE
from engagements.demo.lives import Fate, Life
from engagements.demo.people import Crowd
from engagements.demo.places import Place
from engagements.demo.rhythm import Hours, Source
from engagements.demo.surveying import Opinions
from engagements.demo.words import (
    COUNTER,
    DEMARCHE,
    EMAIL,
    GUICHET,
    INFORMATION,
    MAIL,
    ONLINE,
    PHONE,
    RECLAMATION,
    SCREEN,
    SUGGESTION,
)
from engagements.demo.writing import Writer

# How many demandes name their usager, by channel, for an information and for a démarche.
NAMED: dict[str, tuple[float, float]] = {
    GUICHET: (0.12, 0.7),
    PHONE: (0.12, 0.6),
    MAIL: (0.97, 1.0),
    EMAIL: (1.0, 1.0),
    ONLINE: (1.0, 1.0),
}
MONTH = 30


class Reception:
    """Draws each day's demandes and hands them to the writer."""

    def __init__(
        self,
        rng: Random,
        hours: Hours,
        fate: Fate,
        crowd: Crowd,
        writer: Writer,
        opinions: Opinions,
        horizon: int,
    ) -> None:
        self.rng = rng
        self.hours = hours
        self.fate = fate
        self.crowd = crowd
        self.writer = writer
        self.opinions = opinions
        self.horizon = horizon
        self._usager_ids = writer.pipe.ids("contacts_usager")
        self._recent: dict[int, deque[Life]] = defaultdict(lambda: deque(maxlen=40))
        self._agenda: dict[int, list[Life]] = defaultdict(list)

    def open_day(self, day: int, sources: Sequence[Source]) -> int:
        """All demandes of a day, in the order of their receipt; returns how many."""
        returning = self._agenda.pop(day, [])
        late = returning[len(sources) :]
        self._agenda[day + 1] += late
        returning = returning[: len(sources)]
        lives = [self._reopened(life, day) for life in returning]
        lives += [self._new(source, day) for source in sources[len(returning) :]]
        lives.sort(key=lambda life: life.received)
        for life in lives:
            self._follow(life)
        return len(lives)

    def _follow(self, life: Life) -> None:
        self.fate.live(life)
        self.opinions.after(life, self.writer.add(life))
        again = self.fate.reopening_day(life)
        if again is not None:
            self._agenda[again].append(life)

    # --- a new demande ---------------------------------------------------------------------------

    def _new(self, source: Source, day: int) -> Life:
        place, channel = source
        received = day * DAY + self.hours.arrival(place, channel)
        nature = self._nature(place, channel)
        before = self._someone_recent(place, day, nature)
        nature, motif, text = self._subject(place, nature)
        life = Life(
            place=place,
            channel=channel,
            nature=nature,
            motif=motif,
            text=text,
            received=received,
            registered=self._registered(place, channel, received),
            agent=None if channel == ONLINE else self.fate.someone(place),
        )
        if channel == MAIL:
            life.letter = day - 1 - int(self.rng.random() * 5)
        if before:
            self._come_back(life, before)
        else:
            life.usager = self._usager(life)
        if life.usager:
            self._recent[place.pk].append(life)
        return life

    def _nature(self, place: Place, channel: str) -> str:
        chance = self.rng.random()
        unhappy = 0.028 if channel in COUNTER else 0.05
        if place.is_struggling:
            unhappy *= 2.2
        if chance < unhappy:
            return RECLAMATION
        return SUGGESTION if chance > 0.99 else INFORMATION

    def _subject(self, place: Place, nature: str) -> tuple[str, int, Text]:
        """What it is about: nature, motif and words."""
        random = self.rng.random
        if nature != INFORMATION:
            said = place.complaints if nature == RECLAMATION else place.suggestions
            motif, words = said[int(random() * len(said))]
        else:
            subject = self.rng.choices(place.subjects, place.subject_weights)[0]
            nature = DEMARCHE if random() < subject.demarche else INFORMATION
            motif, words = subject.pk, subject.texts[int(random() * len(subject.texts))]
        return nature, motif, words[int(random() * len(words))]

    def _registered(self, place: Place, channel: str, received: int) -> int:
        """At once where an agent or a form receives it; else when the mail or the box is opened."""
        random = self.rng.random
        if channel == ONLINE:
            return received
        if channel in COUNTER:
            return received + int((1 + 8 * random()) * MINUTE)
        day = received // DAY
        if channel == MAIL and random() < 0.7:
            return received + int((30 + 90 * random()) * MINUTE)
        if channel == EMAIL and self._in_hours(place, received):
            return received + int((5 + 50 * random()) * MINUTE)
        registered = place.days.nth(day, 1) * DAY + self.hours.opening()
        return registered if registered < self.horizon else received

    def _in_hours(self, place: Place, at: int) -> bool:
        hour = at % DAY / 3600
        return place.days.is_working[at // DAY] and place.hours[0] <= hour <= place.hours[-1]

    # --- who asks --------------------------------------------------------------------------------

    def _usager(self, life: Life) -> int | None:
        informed, involved = NAMED[life.channel]
        if self.rng.random() > (informed if life.nature == INFORMATION else involved):
            return None
        writes = life.channel in SCREEN
        known = self.crowd.someone_known(writes=writes)
        if known:
            return known
        pk = next(self._usager_ids)
        self.writer.add_usager(pk, self.crowd.newcomer(pk, writes=writes), life.registered)
        return pk

    def _someone_recent(self, place: Place, day: int, nature: str) -> Life | None:
        """Who insists: an usager of the same service seen in the last thirty days."""
        recent = self._recent[place.pk]
        if nature == SUGGESTION or not recent:
            return None
        if self.rng.random() > (0.11 if place.is_struggling else 0.05):
            return None
        life = recent[int(self.rng.random() * len(recent))]
        return life if 1 <= day - life.received_day <= MONTH else None

    def _come_back(self, life: Life, before: Life) -> None:
        """A repeat: the same usager on the same motif, within thirty days."""
        note = self.fate.one_of(self.fate.phrases["insisting"])
        life.usager, life.motif = before.usager, before.motif
        life.text = before.text._replace(note=note)
        if life.nature != RECLAMATION:
            life.nature = before.nature

    def _reopened(self, life: Life, day: int) -> Life:
        """The next round of a demande: a second clock, from the day of the message."""
        place = life.place
        channel = EMAIL if self.rng.random() < 0.6 else PHONE
        received = day * DAY + int(self.rng.choice(place.arrivals))
        return Life(
            place=place,
            channel=channel,
            nature=life.nature,
            motif=life.motif,
            text=life.text._replace(note=self.fate.one_of(self.fate.phrases["reopening"])),
            received=received,
            registered=received + int((1 + 8 * self.rng.random()) * MINUTE),
            agent=self.fate.someone(place),
            usager=life.usager,
            round=life.round + 1,
            reference=life.reference,
        )


def receive(
    reception: Reception, days: Iterator[tuple[int, list[Source]]], chunk: int
) -> Iterator[int]:
    """Writes the days by the chunk; yields how many demandes are in so far."""
    total = waiting = 0
    for day, sources in days:
        waiting += reception.open_day(day, sources)
        if waiting >= chunk:
            reception.writer.send()
            total, waiting = total + waiting, 0
            yield total
    reception.writer.send()
    yield total + waiting
