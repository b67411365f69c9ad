"""Invented figures and forms that the specimens show."""

from datetime import UTC, date, datetime

from django import forms
from django.core.paginator import Paginator

from ui.charts import (
    BarComparison,
    Distribution,
    Histogram,
    Level,
    RateBar,
    RatePoint,
    RateSeries,
    Sparkline,
)
from ui.tables import Column
from ui.widgets import DayInput

CHANNELS = [
    ("guichet", "Guichet"),
    ("phone", "Téléphone"),
    ("mail", "Courrier"),
    ("email", "Courriel"),
    ("online", "En ligne"),
]
SATISFACTION = ["Très insatisfait", "Insatisfait", "Neutre", "Satisfait", "Très satisfait"]
MONTHS = [
    ("janvier 2026", "janv."),
    ("février 2026", "févr."),
    ("mars 2026", "mars"),
    ("avril 2026", "avr."),
    ("mai 2026", "mai"),
    ("juin 2026", "juin"),
    ("juillet 2026", "juil."),
    ("août 2026", "août"),
    ("septembre 2026", "sept."),
    ("octobre 2026", "oct."),
    ("novembre 2026", "nov."),
]
RATES: list[tuple[float | None, int, float | None, float | None]] = [
    (0.712, 118, 0.624, 0.786),
    (0.741, 124, 0.657, 0.810),
    (0.733, 131, 0.651, 0.801),
    (0.768, 125, 0.687, 0.833),
    (0.802, 116, 0.720, 0.864),
    (0.821, 134, 0.748, 0.877),
    (0.794, 97, 0.703, 0.863),
    (None, 0, None, None),
    (0.836, 122, 0.760, 0.891),
    (0.853, 129, 0.782, 0.904),
    (0.824, 57, 0.706, 0.901),
]
DELAYS = {0: 34, 1: 41, 2: 58, 3: 66, 4: 61, 5: 49, 6: 44, 7: 37, 8: 31, 9: 28, 10: 24, 11: 19}
DELAYS |= {12: 15, 13: 14, 14: 12, 15: 17, 16: 9, 17: 6, 18: 4, 19: 3, 21: 2, 24: 1, 33: 1}


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nom de l’usager", help_text="Tel qu’il se présente.")
    email = forms.EmailField(label="Adresse électronique", required=False)
    received_on = forms.DateField(label="Reçue le", widget=DayInput)
    motif = forms.ChoiceField(
        label="Motif", choices=[("", "Choisir…"), ("1", "État civil"), ("2", "Urbanisme")]
    )
    text = forms.CharField(label="Objet de la demande", widget=forms.Textarea, required=False)
    nature = forms.ChoiceField(
        label="Nature",
        choices=[("info", "Information"), ("procedure", "Démarche"), ("claim", "Réclamation")],
        widget=forms.RadioSelect,
    )
    services = forms.MultipleChoiceField(
        label="Services concernés",
        choices=[("ec", "État civil"), ("urba", "Urbanisme"), ("ecoles", "Écoles")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Plusieurs réponses possibles.",
    )
    urgent = forms.BooleanField(label="Demande urgente", required=False)
    attachment = forms.FileField(label="Pièce jointe", required=False, help_text="PDF, 10 Mo.")


class ChannelForm(forms.Form):
    channel = forms.ChoiceField(label="Canal", choices=CHANNELS, widget=forms.RadioSelect)


class ScaleForm(forms.Form):
    effort = forms.ChoiceField(
        label="Votre démarche a-t-elle été facile ?",
        choices=[(str(value), str(value)) for value in range(1, 6)],
        widget=forms.RadioSelect,
    )
    satisfaction = forms.ChoiceField(
        label="Êtes-vous satisfait de l’accueil ?",
        choices=list(enumerate(SATISFACTION, start=1)),
        widget=forms.RadioSelect,
        required=False,
    )


class SearchForm(forms.Form):
    q = forms.CharField(label="Recherche", required=False)
    service = forms.ChoiceField(
        label="Service", choices=[("", "Tous"), ("1", "État civil")], required=False
    )
    since = forms.DateField(label="Reçues depuis le", required=False, widget=DayInput)


def points(count: int = 11) -> list[RatePoint]:
    return [
        RatePoint(label, value, n, low, high, provisional=label == MONTHS[-1][0], short=short)
        for (label, short), (value, n, low, high) in zip(MONTHS, RATES, strict=True)
    ][-count:]


def series(title: str, count: int = 11, target: float | None = 0.8) -> RateSeries:
    return RateSeries(title, points(count), target, period="Mois")


def charts() -> dict[str, object]:
    answered = "Courriers répondus en 15 jours ouvrés au plus"
    return {
        "series": series(answered),
        "series_one": series("Un seul mois", count=1),
        "series_empty": RateSeries("Aucun mois", []),
        "delays": Histogram("Délais de réponse aux courriers", DELAYS, target=15, last=22),
        "delays_free": Histogram("Délais sans objectif", {0: 1, 1: 3, 2: 2}),
        "delays_empty": Histogram("Aucune réponse", {}, target=15),
        "services": _services(),
        "answers": _answers([12, 18, 47, 121, 88]),
        "answers_empty": _answers([0, 0, 0, 0, 0]),
        "spark": Sparkline("Taux sur onze mois", [rate[0] for rate in RATES], target=0.8),
    }


def _services() -> BarComparison:
    rows: list[RateBar] = [
        RateBar("État civil", 0.912, 240, 0.869, 0.942),
        RateBar("Urbanisme et droit des sols", 0.745, 98, 0.651, 0.821),
        RateBar("Écoles, petite enfance et restauration scolaire", 0.826, 161, 0.760, 0.877),
        RateBar("Espaces verts", 0.667, 12, 0.391, 0.862),
        RateBar("Police municipale", None, 0),
    ]
    return BarComparison("Courriers dans les délais, par service", rows, target=0.8)


def _answers(counts: list[int]) -> Distribution:
    levels = [Level(label, count) for label, count in zip(SATISFACTION, counts, strict=True)]
    return Distribution("Êtes-vous satisfait de l’accueil ?", levels)


def forms_in_every_state() -> dict[str, object]:
    wrong = SampleForm({"email": "martin@"}, auto_id="faux-%s")
    wrong.is_valid()
    unrated = ScaleForm({}, auto_id="sans-%s")
    unrated.is_valid()
    started = {"name": "Amina Benali", "received_on": date(2026, 11, 20), "nature": "claim"}
    return {
        "form": SampleForm(initial=started, auto_id="vide-%s"),
        "wrong": wrong,
        "whole": SampleForm(auto_id="tout-%s"),
        "channel": ChannelForm(initial={"channel": "phone"}, auto_id="canal-%s"),
        "channel_small": ChannelForm(auto_id="petit-%s"),
        "scale": ScaleForm(initial={"effort": "2"}, auto_id="echelle-%s"),
        "unrated": unrated,
        "search": SearchForm({"q": "permis"}, auto_id="filtre-%s"),
        "icons": {
            "guichet": "desk",
            "phone": "phone",
            "mail": "mail",
            "email": "at",
            "online": "globe",
        },
        "hints": {"guichet": "L’usager est devant vous", "mail": "Date du tampon d’arrivée"},
    }


def lists() -> dict[str, object]:
    return {
        "page": Paginator(range(240), 20).page(5),
        "first_page": Paginator(range(45), 20).page(1),
        "columns": [Column("Canal"), Column("Demandes", True), Column("En retard", True)],
        "rows": [
            ["Courrier", "1\u202f204", "38"],
            ["Courriel", "862", "12"],
            ["Guichet", "97", "0"],
        ],
        "instant": datetime(2026, 11, 20, 9, 42, tzinfo=UTC),
        "day": date(2026, 11, 1),
    }
