"""The dates of one demande, placed in its service's own days and held against the rules.

Counting rules 1 to 8, with the words of `contacts.errors`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from contacts import errors
from contacts.actions import start_of
from contacts.enums import CloseReason
from contacts.intake.draft import Draft
from contacts.intake.names import Place
from directory.workdays import FIRST_DAY

Moment = date | datetime
ANNOUNCED_BEFORE_RECEIPT = "La date annoncée précède la réception de la demande."
CLOSED_BEFORE_RECEIPT = "La clôture est datée d’avant la réception."
CLOSED_BEFORE_REPLY = "La clôture est datée d’avant la réponse."
CLOSED_IN_FUTURE = "La clôture est datée dans le futur."


@dataclass
class Dates:
    """Instants and days, in the order of the staging table."""

    letter_on: date | None
    received_at: datetime
    received_on: date
    announced_at: datetime | None = None
    announced_on: date | None = None
    held_at: datetime | None = None
    held_on: date | None = None
    held_announced_at: datetime | None = None
    held_announced_on: date | None = None
    merits_at: datetime | None = None
    merits_on: date | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    close_reason: str = ""


@dataclass
class Rules:
    """What was found under each name of the mapping; `found["received"]` is there."""

    draft: Draft
    found: dict[str, Moment | None]
    place: Place
    now: datetime

    def dates(self) -> Dates:
        received_at = self._instant("received")
        assert received_at is not None  # noqa: S101 the caller has read it
        dates = Dates(self._day("letter"), received_at, self._day_of(received_at))
        self._receipt(dates)
        self._announced(dates)
        self._holding(dates)
        self._merits(dates)
        self._closing(dates)
        return dates

    def _receipt(self, dates: Dates) -> None:
        check, letter_on = self.draft.check, dates.letter_on
        check(dates.received_at > self.now, "received", errors.ReceivedInFuture)
        check(dates.received_on < FIRST_DAY, "received", errors.ReceivedTooLongAgo)
        late = letter_on is not None and letter_on > dates.received_on
        check(late, "letter", errors.LetterAfterReceipt)

    def _announced(self, dates: Dates) -> None:
        """Promised at receipt, by an automatic acknowledgement: it stops no clock."""
        dates.announced_at, dates.announced_on = self._promise("announced")
        early = dates.announced_on is not None and dates.announced_on < dates.received_on
        self.draft.check(early, "announced", ANNOUNCED_BEFORE_RECEIPT)

    def _holding(self, dates: Dates) -> None:
        dates.held_at = self._instant("held", after=dates.received_at)
        dates.held_announced_at, dates.held_announced_on = self._promise("held_announced")
        if dates.held_at is None:
            orphan = dates.held_announced_on is not None
            self.draft.check(orphan, "held", "Une date est annoncée sans réponse d’attente datée.")
            return
        dates.held_on = self._day_of(dates.held_at)
        self._reply("held", dates.held_at, dates)
        promised = dates.held_announced_on
        self.draft.check(promised is None, "held_announced", errors.AnnouncedDateMissing)
        early = promised is not None and promised < dates.held_on
        self.draft.check(early, "held_announced", errors.AnnouncedDatePassed)

    def _merits(self, dates: Dates) -> None:
        dates.merits_at = self._instant("replied", after=dates.held_at or dates.received_at)
        if dates.merits_at is None:
            return
        dates.merits_on = self._day_of(dates.merits_at)
        self._reply("replied", dates.merits_at, dates)
        held_after = dates.held_at is not None and dates.held_at > dates.merits_at
        self.draft.check(held_after, "held", errors.AlreadyAnswered)

    def _reply(self, name: str, at: datetime, dates: Dates) -> None:
        self.draft.check(at < dates.received_at, name, errors.ReplyBeforeReceipt)
        self.draft.check(at > self.now, name, errors.ReplyInFuture)

    def _closing(self, dates: Dates) -> None:
        """Closed by its reply on the merits, unless the file says when it was."""
        if "closed" in self.found:
            self._told_closing(dates, dates.merits_at or dates.held_at or dates.received_at)
        else:
            dates.closed_at, dates.closed_on = dates.merits_at, dates.merits_on
        if dates.closed_at is not None:
            answered = dates.merits_at is not None
            dates.close_reason = CloseReason.ANSWERED if answered else CloseReason.NO_ANSWER_NEEDED

    def _told_closing(self, dates: Dates, last: datetime) -> None:
        dates.closed_at = self._instant("closed", after=last)
        if dates.closed_at is None:
            return
        dates.closed_on = self._day_of(dates.closed_at)
        check = self.draft.check
        check(dates.closed_at < dates.received_at, "closed", CLOSED_BEFORE_RECEIPT)
        check(dates.closed_at > self.now, "closed", CLOSED_IN_FUTURE)
        check(dates.closed_on < self._day_of(last), "closed", CLOSED_BEFORE_REPLY)

    def _promise(self, name: str) -> tuple[datetime | None, date | None]:
        """The instant, when the file gives one, and the day that was announced."""
        moment, on = self.found.get(name), self._day(name)
        too_far = on is not None and on > self.place.last_day
        self.draft.check(too_far, name, errors.AnnouncedDateTooFar)
        return (moment if isinstance(moment, datetime) else None), on

    def _instant(self, name: str, after: datetime | None = None) -> datetime | None:
        """A day without an hour is its first instant, or `after` when that is later the same day.

        So it is never in the future, and reads the same whenever the file is read.
        """
        moment = self.found.get(name)
        if moment is None or isinstance(moment, datetime):
            return moment
        if after is not None and self._day_of(after) == moment:
            return after
        return start_of(moment, self.place.calendar)

    def _day(self, name: str) -> date | None:
        moment = self.found.get(name)
        return self._day_of(moment) if isinstance(moment, datetime) else moment

    def _day_of(self, at: datetime) -> date:
        """As `WorkingCalendar.day_of`, whose zone is looked up once for all rows."""
        return at.astimezone(self.place.zone).date()
