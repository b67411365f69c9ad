"""Figures in words: percentages, counts, working days and dates as French readers expect them."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

Number = int | float | Decimal | Fraction

NARROW = "\u202f"
NO_BREAK = "\u00a0"
# Below this denominator a rate is neither ranked nor judged (docs/regles-de-comptage.md).
SMALL_N = 30


def nothing_text() -> str:
    """What stands where there is no figure."""
    return gettext("n. d.")


def is_small(n: int) -> bool:
    return n < SMALL_N


def count_text(value: Number) -> str:
    """A number with its thousands apart: « 12 480 »."""
    shown = float(value) if isinstance(value, Fraction) else value
    return formats.number_format(shown, use_l10n=True, force_grouping=True)


def percent_text(value: Number | None, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.824 → « 82,4 % »."""
    if value is None:
        return nothing_text()
    return f"{_hundredths(value, decimals)}{NARROW}%"


def target_text(value: Number) -> str:
    """A target, without decimals it does not have: « 80 % », « 92,5 % »."""
    return percent_text(value, 0 if round(float(value) * 1000) % 10 == 0 else 1)


def interval_text(low: Number, high: Number) -> str:
    """The 95 % interval of a rate: « IC 95 % : 74,8–88,1 % »."""
    return gettext("IC 95 %% : %(bounds)s") % {"bounds": bounds_text(low, high)}


def bounds_text(low: Number, high: Number) -> str:
    """« 74,8–88,1 % »."""
    return f"{_hundredths(low, 1)}–{percent_text(high)}"


def working_days_text(value: Number | None) -> str:
    """« 3 jours ouvrés »."""
    if value is None:
        return nothing_text()
    words = ngettext("%(count)s jour ouvré", "%(count)s jours ouvrés", plural_count(value))
    return words % {"count": count_text(value)}


def days_left_text(value: int | None) -> str:
    """Working days before the deadline; negative once it is past."""
    if value is None:
        return nothing_text()
    if value == 0:
        return gettext("aujourd’hui")
    if value < 0:
        words = ngettext(
            "en retard de %(count)s j. ouvré", "en retard de %(count)s j. ouvrés", -value
        )
        return words % {"count": count_text(-value)}
    words = ngettext("%(count)s j. ouvré restant", "%(count)s j. ouvrés restants", value)
    return words % {"count": count_text(value)}


def date_text(value: date | datetime | None, style: str = "long") -> str:
    """« 22 novembre 2026 », « 22/11/2026 » (short) or « dimanche 22 novembre 2026 » (full)."""
    if value is None:
        return nothing_text()
    day = timezone.localtime(value) if _is_aware(value) else value
    if style == "short":
        return formats.date_format(day, "SHORT_DATE_FORMAT")
    words = _first_of_month(formats.date_format(day, "DATE_FORMAT"), day)
    return f"{formats.date_format(day, 'l')} {words}" if style == "full" else words


def instant_text(value: datetime | None) -> str:
    """« 22 novembre 2026 à 14:05 »."""
    if value is None:
        return nothing_text()
    local = timezone.localtime(value) if _is_aware(value) else value
    moment = {"day": date_text(local), "time": formats.date_format(local, "TIME_FORMAT")}
    return gettext("%(day)s à %(time)s") % moment


def plural_count(value: Number) -> int:
    """The count that decides singular or plural: in French everything below two is singular."""
    size = abs(float(value))
    whole = int(size)
    french = (get_language() or "fr").startswith("fr")
    return max(whole, 1) if french else (1 if size == 1 else whole or 2)


def _hundredths(value: Number, decimals: int) -> str:
    return formats.number_format(
        round(float(value) * 100, decimals), decimals, use_l10n=True, force_grouping=True
    )


def _is_aware(value: date | datetime) -> TypeGuard[datetime]:
    return isinstance(value, datetime) and timezone.is_aware(value)


def _first_of_month(words: str, day: date) -> str:
    """French writes « 1er » for the first day only."""
    if day.day == 1 and (get_language() or "fr").startswith("fr"):
        return words.replace("1 ", "1er ", 1)
    return words
