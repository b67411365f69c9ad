"""Forms on working calendars, their exceptions, and the deadline calculator."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.enums import TIME_ZONES, time_zone_of
from directory.errors import ClosingEndsBeforeItStarts
from directory.forms.base import OwnedForm, WhyField
from directory.models import Closing, ExceptionalOpening, WorkingCalendar
from directory.opening_hours import hours_text, overlapping_nights, read_hours, week_of
from directory.workdays import FIRST_DAY, DayRule, last_day
from directory.worktime.schedule import Spans
from ui.widgets import DayInput

ZONES = sorted({"Europe/Paris", *TIME_ZONES.values()})
CALCULATOR_LIMIT = 120


class CalendarForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"calendar_name_unique": "name"}

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Jours travaillés"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un jour travaillé par semaine.")},
    )
    time_zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=[("", _("Celui du territoire")), *((zone, zone) for zone in ZONES)],
        required=False,
        help_text=_("Il décide du jour auquel appartient un message reçu autour de minuit."),
    )
    why = WhyField()

    class Meta:
        model = WorkingCalendar
        fields = ["name", "territory", "time_zone"]
        help_texts = {"territory": _("Il donne la liste des jours fériés.")}

    field_order = ("name", "territory", "weekdays", "time_zone", "why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["weekdays"] = sorted(self.instance.weekdays)
        if self.instance.time_zone == time_zone_of(self.instance.territory):
            self.initial["time_zone"] = ""

    def clean_time_zone(self) -> str:
        return self.cleaned_data["time_zone"] or time_zone_of(
            self.cleaned_data.get("territory", "")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "weekdays" in cleaned:
            self.instance.weekday_mask = sum(1 << day for day in cleaned["weekdays"])
        if self._recounts() and not cleaned.get("why"):
            self.add_error(
                "why",
                gettext("Dites pourquoi : ce changement recompte des délais déjà connus."),
            )
        return cleaned

    def _recounts(self) -> bool:
        """Whether days that have been counted may change; a new calendar has counted none."""
        return bool(self.instance.pk and {"territory", "weekdays"} & set(self.changed_data))


class ExceptionForm(OwnedForm):
    """A day or days that leave the rule of one calendar, within the years it covers."""

    def __init__(self, *args: Any, calendar: WorkingCalendar, today: date, **kwargs: Any) -> None:
        super().__init__(*args, organisation=calendar.organisation, **kwargs)
        self.calendar = calendar
        self.instance.calendar = calendar
        self.last = last_day(today)

    def covered(self, day: date) -> date:
        if FIRST_DAY <= day <= self.last:
            return day
        years = {"first": FIRST_DAY.year, "last": self.last.year}
        raise forms.ValidationError(
            gettext("Les calendriers vont de %(first)s à %(last)s.")
            % {name: str(year) for name, year in years.items()}
        )


class ClosingForm(ExceptionForm):
    constraint_fields: ClassVar[dict[str, str]] = {
        "closing_no_overlap": "first_day",
    }

    class Meta:
        model = Closing
        fields = ["first_day", "last_day", "label"]
        widgets = {"first_day": DayInput, "last_day": DayInput}
        help_texts = {
            "last_day": _("Le même que le premier pour un seul jour."),
            "label": _("Par exemple : pont de l’Ascension, fête patronale."),
        }

    def clean_first_day(self) -> date:
        return self.covered(self.cleaned_data["first_day"])

    def clean_last_day(self) -> date:
        last = self.covered(self.cleaned_data["last_day"])
        if last < self.cleaned_data.get("first_day", last):
            raise forms.ValidationError(str(ClosingEndsBeforeItStarts()))
        return last


class HoursField(forms.CharField):
    """« 9:00-12:00, 13:30-17:00 » as spans; empty is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=200, **kwargs)

    def clean(self, value: Any) -> Spans:
        return read_hours(super().clean(value))


class HoursForm(forms.Form):
    """The opening hours of a week, one field a day, Monday first."""

    def __init__(self, *args: Any, calendar: WorkingCalendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = week_of(calendar)
        for weekday, name in WEEKDAYS.items():
            self.fields[f"day_{weekday}"] = HoursField(
                label=capfirst(str(name)), initial=hours_text(week.get(weekday, ()))
            )
        self.fields["why"] = WhyField()

    @property
    def week(self) -> dict[int, Spans]:
        """What could be read of it."""
        found = {day: self.cleaned_data.get(f"day_{day}", ()) for day in WEEKDAYS}
        return {day: spans for day, spans in found.items() if spans}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # An empty line closes a day; a line that did not arrive must not.
        if not {f"day_{day}" for day in WEEKDAYS} <= set(self.data):
            raise forms.ValidationError(
                gettext("Le formulaire est arrivé incomplet : rien n’a été changé.")
            )
        for day in overlapping_nights(self.week):
            self.add_error(
                f"day_{day}", gettext("La nuit de la veille n’est pas encore finie à cette heure.")
            )
        return cleaned


class OpeningForm(ExceptionForm):
    constraint_fields: ClassVar[dict[str, str]] = {"opening_day_unique": "day"}

    hours = HoursField(
        label=_("Horaires"),
        help_text=_("Par exemple : 9:00-12:00, 13:30-17:00. Vide : ceux de ce jour de semaine."),
    )
    field_order = ("day", "label", "hours")

    class Meta:
        model = ExceptionalOpening
        fields = ["day", "label"]
        widgets = {"day": DayInput}
        help_texts = {
            "day": _("Un jour que ce calendrier ne travaille pas : samedi, jour férié, fermeture."),
            "label": _("Par exemple : journée de solidarité, samedi de rentrée."),
        }

    def clean_day(self) -> date:
        day = self.covered(self.cleaned_data["day"])
        kind, _label = DayRule.of(self.calendar).classify(day)
        if kind == kind.WORKING:
            raise forms.ValidationError(gettext("Ce jour est déjà ouvré dans ce calendrier."))
        return day


class CalculatorForm(forms.Form):
    received_on = forms.DateField(label=_("Reçue le"), widget=DayInput)
    days = forms.IntegerField(
        label=_("Délai en jours ouvrés"), min_value=0, max_value=CALCULATOR_LIMIT
    )
