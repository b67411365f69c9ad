"""Forms on working calendars, their exceptions, and the deadline calculator."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.enums import TIME_ZONES, time_zone_of
from directory.errors import ClosingEndsBeforeItStarts
from directory.forms.base import OwnedForm
from directory.models import Closing, ExceptionalOpening, WorkingCalendar
from directory.workdays import FIRST_DAY, DayRule, last_day
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

    class Meta:
        model = WorkingCalendar
        fields = ["name", "territory", "time_zone"]
        help_texts = {"territory": _("Il donne la liste des jours fériés.")}

    field_order = ("name", "territory", "weekdays", "time_zone")

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
        return cleaned


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


class OpeningForm(ExceptionForm):
    constraint_fields: ClassVar[dict[str, str]] = {"opening_day_unique": "day"}

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
