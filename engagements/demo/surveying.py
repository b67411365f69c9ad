"""What usagers say of their reception: invitations after an answer, and the QR codes of posters."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from directory.models import Agent, Organisation, Service
from engagements.demo.catalogue import read
from engagements.demo.clock import DAY, HOUR, Clock
from engagements.demo.lives import Life
from engagements.demo.places import Place
from engagements.demo.words import (
    ANONYMOUS,
    ANSWERED,
    GUICHET,
    LINK,
    PSEUDONYMOUS,
    QR,
    RECLAMATION,
    SCREEN,
)
from engagements.demo.writing import NULL, Writer
from surveys.actions import INVITATION_LIFE, adopt_ready_survey, change_notice, make_qr, open_survey
from surveys.models import Survey

# One answer to twelve invitations, one poster read by fifty people at the guichet.
INVITED, WILLING, SCANNED = 0.6, 0.085, 0.02
LATE = 10 * DAY


def open_ready_survey(organisation: Organisation, *, by: Agent, at: datetime, email: str) -> Survey:
    """The ready survey with its notice complete, open since `at`, and a poster in each service."""
    survey = adopt_ready_survey(organisation, by=by, at=at)
    contact = f"Délégué à la protection des données : {email}"
    change_notice(survey, {**survey.words(), "rights_contact": contact}, at=at)
    open_survey(survey, at=at)
    survey.refresh_from_db()
    for service in Service.objects.filter(organisation=organisation):
        make_qr(survey, service=service, by=by, at=at)
    return survey


class Opinions:
    """Draws who is invited, who answers and what they say, once their demande is closed."""

    def __init__(
        self, survey: Survey, rng: Random, clock: Clock, writer: Writer, horizon: int
    ) -> None:
        self.survey = str(survey.pk)
        self.notice = str(survey.notice_id)
        self.questions = {one.key: str(one.pk) for one in survey.questions.all()}
        self.rng = rng
        self.clock = clock
        self.writer = writer
        self.horizon = horizon
        self.data = read("opinions")
        self._ids = writer.pipe.ids("surveys_invitation")

    def after(self, life: Life, demande: str) -> None:
        """Perhaps an invitation to say what one thinks, perhaps a poster scanned on the way out."""
        random = self.rng.random
        if life.channel == GUICHET and random() < SCANNED:
            self._record(life.place, life.channel, self._mood(life), life.received_day)
        if life.closed is None or life.reason != ANSWERED or not life.usager:
            return
        if random() < (INVITED if life.channel in SCREEN else INVITED / 4):
            self._invite(life, demande, life.closed + int((1 + 3 * random()) * HOUR))

    def _invite(self, life: Life, demande: str, at: int) -> None:
        if at >= self.horizon:
            return
        answered = at + int((1 + 200 * self.rng.random() ** 2) * HOUR)
        if answered % DAY < 6 * HOUR:
            answered += 6 * HOUR
        answers = self.rng.random() < WILLING and answered < self.horizon
        pk, life_time = next(self._ids), int(INVITATION_LIFE.total_seconds())
        self.writer.line(
            "surveys_invitation",
            (
                str(pk),
                self.writer.organisation,
                self.survey,
                str(life.place.pk),
                demande,
                life.channel,
                LINK,
                # Nobody knows the token of such a hash: these links lead nowhere.
                f"{self.rng.getrandbits(256):064x}",
                self.clock.stamp(at),
                self.clock.days[at // DAY],
                self.clock.stamp(at + life_time),
                "t" if answers else "f",
            ),
        )
        if answers:
            self._record(
                life.place, life.channel, self._mood(life), answered // DAY, (pk, answered)
            )

    def _mood(self, life: Life) -> str:
        chance = 0.1
        if life.place.is_struggling:
            chance = 0.75
        elif life.nature == RECLAMATION:
            chance = 0.6
        elif life.closed and life.closed - life.received > LATE:
            chance = 0.45
        return "poor" if self.rng.random() < chance else "good"

    def _record(
        self,
        place: Place,
        channel: str,
        mood: str,
        day: int,
        traced: tuple[int, int] | None = None,
    ) -> None:
        """A sheet and its answers; `traced`: invitation and instant, null for a poster."""
        sheet = self.writer.key()
        self.writer.line(
            "surveys_answersheet",
            (
                sheet,
                self.writer.organisation,
                self.survey,
                str(place.pk),
                channel,
                LINK if traced else QR,
                PSEUDONYMOUS if traced else ANONYMOUS,
                self.clock.days[day],
                self.clock.stamp(traced[1]) if traced else NULL,
                str(traced[0]) if traced else NULL,
                self.notice,
                "fr" if self.rng.random() < 0.97 else "en",
            ),
        )
        self._answer(sheet, mood)

    def _answer(self, sheet: str, mood: str) -> None:
        """Everyone says how satisfied they are; the other questions may be passed."""
        random, weights = self.rng.random, self.data["moods"][mood]
        for key in ("satisfaction", "clarity", "effort"):
            if key == "satisfaction" or random() < 0.94:
                self._line(sheet, key, scale=str(self._level(weights[key])))
        if random() < 0.9:
            self._line(sheet, "reached", yes="t" if random() < weights["reached"] else "f")
        if random() < 0.2:
            comments = self.data["comments"][mood]
            self._line(sheet, "comment", text=comments[int(random() * len(comments))])

    def _level(self, weights: Sequence[int]) -> int:
        return self.rng.choices(range(1, 6), weights)[0]

    def _line(
        self, sheet: str, key: str, *, scale: str = NULL, yes: str = NULL, text: str = NULL
    ) -> None:
        self.writer.line(
            "surveys_answer",
            (self.writer.organisation, sheet, self.questions[key], scale, yes, text),
        )
