"""A letter of the register: its number without gaps, beside the demande that it carries."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Demande
from directory.models import Organisation

SENDER_LENGTH = 160
FIRST_YEAR, LAST_YEAR = 2000, 2099
LAST_NUMBER = 9_999_999


def chrono_text(year: int, number: int) -> str:
    """« 2026-000123 »: sorts as it reads."""
    return f"{year}-{number:06d}"


class Numbering(models.Model):
    """The last number given in a year; its row is held while one is taken, so none is lost."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("année"))
    last = models.PositiveIntegerField(_("dernier numéro"), default=0)

    class Meta:
        verbose_name = _("numérotation du courrier")
        constraints = [
            models.UniqueConstraint("organisation", "year", name="numbering_once_a_year")
        ]

    def __str__(self) -> str:
        return chrono_text(self.year, self.last)


class LetterQuerySet(models.QuerySet["Letter"]):
    def by_chrono(self) -> Self:
        """The latest number first."""
        return self.order_by("-year", "-number")

    def for_list(self) -> Self:
        return self.select_related("demande__service__calendar", "demande__motif__parent")


class Letter(models.Model):
    """One line of the register; its dates of the letter and of arrival are the demande's.

    `registered_on` is null when an imported register did not say it: the delay from arrival to
    registration is then not known, and the letter counts in no figure about it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.OneToOneField(Demande, models.CASCADE, related_name="letter")
    year = models.PositiveSmallIntegerField(_("année"))
    number = models.PositiveIntegerField(_("numéro"))
    sender = models.CharField(_("expéditeur"), max_length=SENDER_LENGTH, blank=True)
    registered_on = models.DateField(_("enregistré le"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("courrier")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "year",
                "number",
                name="letter_chrono_unique",
                violation_error_message=_("Un courrier porte déjà ce numéro."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR)
                & Q(number__gte=1, number__lte=LAST_NUMBER),
                name="letter_chrono",
                violation_error_message=_("Ce numéro d’enregistrement n’est pas possible."),
            ),
            models.CheckConstraint(
                condition=Q(registered_on__isnull=True) | Q(registered_on__gte=date(2000, 1, 1)),
                name="letter_registered_since_2000",
                violation_error_message=_("La date d’enregistrement est antérieure à l’an 2000."),
            ),
        ]

    def __str__(self) -> str:
        return self.chrono

    @property
    def chrono(self) -> str:
        return chrono_text(self.year, self.number)
