"""What an agent chooses for themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Agent


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Agent
        fields = ["wants_digest", "single_key_shortcuts"]
        labels = {
            "wants_digest": _("Recevoir chaque matin un résumé par courriel"),
            "single_key_shortcuts": _("Activer les raccourcis clavier à une touche"),
        }
        help_texts = {
            "wants_digest": _(
                "À 7 h 30, les jours ouvrés de vos services : des nombres et des références, "
                "aucune donnée sur les usagers. Rien n’est envoyé quand rien ne presse."
            ),
            "single_key_shortcuts": _(
                "Laissez-les éteints si vous dictez votre texte ou utilisez un lecteur d’écran : "
                "un mot dicté pourrait déclencher une action (RGAA, critère 12.10)."
            ),
        }
