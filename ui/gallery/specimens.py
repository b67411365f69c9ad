"""The specimens: for each component, a name for the state and the call that shows it."""

# ruff: noqa: E501 - a call is shown to the reader as one line, as it is written in a page

Specimen = tuple[str, str]

TABLE = """{% uiblock "table" caption=_("Demandes ouvertes") %}{% uipart head %}<tr>
<th scope="col">Référence</th><th scope="col">Objet</th><th scope="col">Canal</th>
<th scope="col">Échéance</th><th scope="col" class="num">Jours écoulés</th></tr>{% enduipart %}
<tr class="row--late"><th scope="row" class="nowrap"><a href="#">D-2026-00412</a></th>
<td>Acte de naissance introuvable</td><td>{% ui "tag" label="Courrier" icon="mail" %}</td>
<td>{% ui "badge" kind="late" label="En retard de 3 j. ouvrés" %}</td><td class="num">18</td></tr>
<tr class="row--warning"><th scope="row" class="nowrap"><a href="#">D-2026-00431</a></th>
<td>Permis de construire modificatif, pièces complémentaires demandées par le service</td>
<td>{% ui "tag" label="Courriel" icon="at" %}</td>
<td>{% ui "badge" kind="at_risk" label="Aujourd’hui" %}</td><td class="num">5</td></tr>
<tr><th scope="row" class="nowrap"><a href="#">D-2026-00440</a></th><td>Inscription à la cantine</td>
<td>{% ui "tag" label="Guichet" icon="desk" %}</td>
<td>{% ui "badge" kind="due" label="4 j. ouvrés restants" %}</td><td class="num">1</td></tr>
{% enduiblock %}"""

STATS = """{% uiblock "grid" size="small" %}
{% ui "stat" label=_("Demandes ouvertes") value=1248 detail=_("dont 312 reçues cette semaine") href="#" %}
{% ui "stat" label=_("En retard") value=38 state="danger" state_label=_("au-delà du délai") href="#" %}
{% ui "stat" label=_("À répondre aujourd’hui") value=12 state="warning" state_label=_("échéance du jour") %}
{% ui "stat" label=_("Répondues hier") value=64 state="success" state_label=_("toutes dans le délai") %}
{% ui "stat" label=_("Délai médian") value=None detail=_("aucune réponse sur la période") %}
{% enduiblock %}"""

RATES = """{% uiblock "grid" %}
{% uiblock "card" %}{% ui "rate" label=_("Courriers") value=0.824 n=1250 low=0.748 high=0.881 target=0.8 %}{% enduiblock %}
{% uiblock "card" %}{% ui "rate" label=_("Courriels") value=0.612 n=412 low=0.564 high=0.658 target=0.8 provisional=True %}{% enduiblock %}
{% uiblock "card" %}{% ui "rate" label=_("Réclamations") value=0.667 n=12 low=0.391 high=0.862 target=0.8 %}{% enduiblock %}
{% uiblock "card" %}{% ui "rate" label=_("Suggestions") value=None n=0 target=0.8 %}{% enduiblock %}
{% enduiblock %}"""

TIMELINE = """{% uiblock "timeline" label=_("Historique") %}
{% ui "timeline_item" title=_("Courrier reçu") when=day icon="mail" kind="info" %}
{% uiblock "timeline_item" title=_("Réponse d’attente") when=instant who="Claire Morel" icon="reply" kind="warning" %}<p>Réponse annoncée pour le 4 décembre 2026.</p>{% enduiblock %}
{% ui "timeline_item" title=_("Délai dépassé") when=instant icon="warning" kind="danger" %}
{% ui "timeline_item" title=_("Réponse au fond") when=instant who="Claire Morel" icon="check" kind="success" %}
{% enduiblock %}"""

SPECIMENS: dict[str, list[Specimen]] = {
    "page_header": [
        (
            "complet",
            """{% uiblock "page_header" title=_("Acte de naissance introuvable") eyebrow="D-2026-00412" lead=_("Reçue par courrier le 3 novembre 2026, attribuée au service État civil.") back_url="#" back_label=_("Demandes") level=2 %}{% uipart meta %}{% ui "badge" kind="late" label=_("En retard de 3 j. ouvrés") %}{% ui "tag" label=_("Courrier") icon="mail" %}{% enduipart %}{% uipart actions %}{% ui "button" label=_("Répondre") icon="reply" %}{% ui "button" label=_("Transférer") kind="secondary" icon="transfer" %}{% enduipart %}{% enduiblock %}""",
        ),
        ("simple", """{% ui "page_header" title=_("Tableau de bord") level=2 %}"""),
    ],
    "breadcrumb": [
        (
            "trois niveaux",
            """{% uiblock "breadcrumb" label=_("Chemin d’exemple") %}{% ui "crumb" label=_("Accueil") href="#" %}{% ui "crumb" label=_("Demandes") href="#" %}{% ui "crumb" label="D-2026-00412" %}{% enduiblock %}""",
        )
    ],
    "section": [
        (
            "avec action",
            """{% uiblock "section" title=_("Pièces jointes") lead=_("Transmises par l’usager ou par les agents.") level=4 %}{% uipart actions %}{% ui "button" label=_("Ajouter") kind="secondary" size="small" icon="plus" %}{% enduipart %}<p>Deux fichiers.</p>{% enduiblock %}""",
        )
    ],
    "card": [
        (
            "avec actions et pied",
            """{% uiblock "card" title=_("Usager") level=4 %}{% uipart actions %}<a href="#">Modifier</a>{% enduipart %}<p>Amina Benali, 12 rue des Tilleuls.</p>{% uipart footer %}<a href="#">Toutes ses demandes</a>{% enduipart %}{% enduiblock %}""",
        ),
        (
            "douce",
            """{% uiblock "card" title=_("À savoir") level=4 tone="soft" %}<p>Fond neutre.</p>{% enduiblock %}""",
        ),
        (
            "accentuée",
            """{% uiblock "card" title=_("Prochaine étape") level=4 tone="accent" %}<p>Fond de la couleur de l’organisation.</p>{% enduiblock %}""",
        ),
    ],
    "link_card": [
        (
            "avec icône",
            """{% ui "link_card" title=_("Nouvelle demande") href="#" text=_("Guichet, téléphone, courrier ou courriel") icon="plus" %}""",
        )
    ],
    "grid": [
        (
            "moyenne",
            """{% uiblock "grid" size="medium" %}{% ui "link_card" title=_("Demandes") href="#" icon="inbox" %}{% ui "link_card" title=_("Enquêtes") href="#" icon="star" %}{% ui "link_card" title=_("Engagements") href="#" icon="flag" %}{% enduiblock %}""",
        )
    ],
    "columns": [
        (
            "principale et étroite",
            """{% uiblock "columns" %}{% uiblock "card" title=_("Échanges") level=4 %}<p>La colonne principale.</p>{% enduiblock %}{% uipart aside %}{% uiblock "card" title=_("Repères") level=4 %}<p>La colonne étroite.</p>{% enduiblock %}{% enduipart %}{% enduiblock %}""",
        )
    ],
    "table": [("états des lignes", TABLE)],
    "data_table": [
        (
            "depuis Python",
            """{% ui "data_table" caption=_("Demandes par canal") columns=columns rows=rows dense=True %}""",
        )
    ],
    "pagination": [
        ("au milieu", """{% ui "pagination" page=page label=_("Pages, au milieu") %}"""),
        ("au début", """{% ui "pagination" page=first_page label=_("Pages, au début") %}"""),
    ],
    "tabs": [
        (
            "trois vues",
            """{% uiblock "tabs" label=_("Vues des demandes") %}{% ui "tab" label=_("À traiter") href="#" current=True count=38 %}{% ui "tab" label=_("En attente de l’usager") href="#" count=7 %}{% ui "tab" label=_("Closes") href="#" %}{% enduiblock %}""",
        )
    ],
    "navigation": [
        (
            "page en cours",
            """{% uiblock "navigation" label=_("Navigation d’exemple") %}{% ui "nav_item" label=_("Demandes") href="#" icon="inbox" count=38 current=True %}{% ui "nav_item" label=_("Enquêtes") href="#" icon="star" %}{% ui "nav_item" label=_("Engagements") href="#" icon="flag" %}{% enduiblock %}""",
        )
    ],
    "menu": [
        (
            "fermé",
            """{% uiblock "menu" label=_("Autres actions") icon="settings" align="start" %}<a href="#">Exporter la liste</a><a href="#">Imprimer</a>{% enduiblock %}""",
        )
    ],
    "definitions": [
        (
            "en lignes",
            """{% uiblock "definitions" %}{% ui "definition" term=_("Reçue le") value=day %}{% ui "definition" term=_("Service") value="État civil" %}{% ui "definition" term=_("Téléphone") value="" %}{% uiblock "definition" term=_("État") %}{% ui "badge" kind="open" label=_("Ouverte") %}{% enduiblock %}{% enduiblock %}""",
        ),
        (
            "en grille",
            """{% uiblock "definitions" layout="grid" %}{% ui "definition" term=_("Canal") value="Courrier" %}{% ui "definition" term=_("Nature") value="Réclamation" %}{% ui "definition" term=_("Relances") value=2 %}{% enduiblock %}""",
        ),
    ],
    "timeline": [("quatre événements", TIMELINE)],
    "disclosure": [
        (
            "simple",
            """{% uiblock "disclosure" summary=_("Comment ce délai est-il compté ?") %}<p>En jours ouvrés, du lendemain de la réception au jour de la réponse.</p>{% enduiblock %}""",
        ),
        (
            "encadrée, ouverte",
            """{% uiblock "disclosure" summary=_("Détails techniques") tone="boxed" open=True %}<p>Reçu par le connecteur de courriel.</p>{% enduiblock %}""",
        ),
    ],
    "icon": [("nommée", """{% ui "icon" name="phone" label=_("Téléphone") %}""")],
    "skip_link": [
        ("visible au focus", """{% ui "skip_link" href="#contenu" label=_("Aller au contenu") %}""")
    ],
    "alert": [
        (
            "information",
            """{% ui "alert" kind="info" title=_("Le calendrier 2027 est prêt") text=_("Vérifiez les fermetures du service.") %}""",
        ),
        ("succès", """{% ui "alert" kind="success" title=_("La réponse est enregistrée") %}"""),
        (
            "attention",
            """{% uiblock "alert" kind="warning" title=_("Échéance demain") %}<p>Une réponse d’attente arrête le premier délai.</p>{% uipart actions %}{% ui "button" label=_("Écrire une réponse d’attente") kind="secondary" size="small" %}{% enduipart %}{% enduiblock %}""",
        ),
        (
            "erreur",
            """{% ui "alert" kind="error" text=_("Le message n’est pas parti : l’adresse est refusée.") %}""",
        ),
    ],
    "badge": [
        (
            "tous",
            """<p class="cluster">{% ui "badge" kind="open" label=_("Ouverte") %}{% ui "badge" kind="closed" label=_("Close") %}{% ui "badge" kind="kept" label=_("Dans le délai") %}{% ui "badge" kind="due" label=_("9 j. ouvrés restants") %}{% ui "badge" kind="at_risk" label=_("2 j. ouvrés restants") %}{% ui "badge" kind="late" label=_("En retard de 3 j. ouvrés") %}{% ui "badge" kind="provisional" label=_("Provisoire") %}{% ui "badge" kind="draft" label=_("Brouillon") %}{% ui "badge" kind="locked" label=_("Figé") %}</p><p class="cluster">{% ui "badge" kind="neutral" label=_("Neutre") %}{% ui "badge" kind="info" label=_("Information") %}{% ui "badge" kind="success" label=_("Succès") %}{% ui "badge" kind="warning" label=_("Attention") %}{% ui "badge" kind="danger" label=_("Danger") %}</p>""",
        )
    ],
    "tag": [
        (
            "canaux et filtre",
            """<p class="cluster">{% ui "tag" label=_("Guichet") icon="desk" %}{% ui "tag" label=_("Téléphone") icon="phone" %}{% ui "tag" label=_("Courrier") icon="mail" %}{% ui "tag" label=_("Courriel") icon="at" %}{% ui "tag" label=_("En ligne") icon="globe" %}{% ui "tag" label=_("Service : État civil") remove_url="#" %}</p>""",
        )
    ],
    "empty_state": [
        (
            "avec action",
            """{% uiblock "empty_state" title=_("Aucune demande en retard") text=_("Toutes les demandes de vos services sont dans leur délai.") icon="check-circle" level=4 %}{% uipart actions %}{% ui "button" label=_("Voir toutes les demandes") kind="secondary" href="#" %}{% enduipart %}{% enduiblock %}""",
        )
    ],
    "progress": [
        (
            "en cours",
            """{% ui "progress" label=_("Auto-évaluation") value=7 max=19 text=_("7 engagements sur 19") %}""",
        )
    ],
    "loading": [("trois lignes", """{% ui "loading" label=_("Calcul des délais en cours…") %}""")],
    "kbd": [("raccourci", """<p>Nouvelle demande : {% ui "kbd" keys="Alt+N" %}</p>""")],
    "copy_link": [
        (
            "enquête",
            """{% ui "copy_link" url="https://usagers.example.fr/e/7h3k9q" label=_("Lien de l’enquête") id="lien-enquete" %}""",
        )
    ],
    "button": [
        (
            "poids",
            """<p class="cluster">{% ui "button" label=_("Enregistrer") type="button" %}{% ui "button" label=_("Exporter") kind="secondary" icon="download" type="button" %}{% ui "button" label=_("Supprimer") kind="danger" icon="trash" type="button" %}{% ui "button" label=_("Annuler") kind="quiet" href="#" %}{% ui "button" label=_("Indisponible") disabled=True type="button" %}</p>""",
        ),
        (
            "tailles",
            """<p class="cluster">{% ui "button" label=_("Petit") size="small" kind="secondary" type="button" %}{% ui "button" label=_("Moyen") kind="secondary" type="button" %}{% ui "button" label=_("Grand") size="large" kind="secondary" type="button" %}</p>""",
        ),
    ],
    "field": [
        (
            "toutes les formes",
            """<div class="form form--narrow">{% ui "field" field=form.name autocomplete="off" width="long" %}{% ui "field" field=form.email autocomplete="email" width="long" %}{% ui "field" field=form.received_on width="medium" %}{% ui "field" field=form.motif width="long" %}{% ui "field" field=form.text %}{% ui "field" field=form.nature inline=True %}{% ui "field" field=form.services %}{% ui "field" field=form.urgent %}{% ui "field" field=form.attachment %}</div>""",
        ),
        (
            "en erreur",
            """<div class="form form--narrow">{% ui "field" field=wrong.name %}{% ui "field" field=wrong.email %}{% ui "field" field=wrong.nature %}</div>""",
        ),
    ],
    "form_errors": [("cinq erreurs", """{% ui "form_errors" form=wrong id="resume" %}""")],
    "form": [
        (
            "entier",
            """{% ui "form" form=whole submit=_("Enregistrer la demande") cancel_url="#" label=_("Formulaire d’exemple") %}""",
        )
    ],
    "form_actions": [
        (
            "seule",
            """{% uiblock "form_actions" %}{% ui "button" label=_("Valider") type="button" %}{% ui "button" label=_("Enregistrer le brouillon") kind="secondary" type="button" %}{% ui "button" label=_("Annuler") kind="quiet" href="#" %}{% enduiblock %}""",
        )
    ],
    "filters": [
        (
            "deux filtres en vigueur",
            """{% uiblock "filters" reset_url="#" count=2 %}{% ui "field" field=search.q %}{% ui "field" field=search.service %}{% ui "field" field=search.since %}{% enduiblock %}""",
        )
    ],
    "choice_cards": [
        (
            "avec icônes et aides",
            """{% ui "choice_cards" field=channel.channel icons=icons hints=hints %}""",
        ),
        (
            "petites",
            """{% ui "choice_cards" field=channel_small.channel size="small" label=_("Canal, en petit") %}""",
        ),
    ],
    "scale": [
        (
            "une note choisie",
            """{% ui "scale" field=scale.effort low=_("Très facile") high=_("Très difficile") %}""",
        ),
        ("en mots", """{% ui "scale" field=scale.satisfaction labelled=True %}"""),
        (
            "sans réponse",
            """{% ui "scale" field=unrated.effort low=_("Très facile") high=_("Très difficile") label=_("Échelle en erreur") %}""",
        ),
    ],
    "stat": [("tous les états", STATS)],
    "rate": [
        ("atteint, non atteint, petit effectif, sans donnée", RATES),
        ("grande", """{% ui "rate" value=0.824 n=125 low=0.748 high=0.881 size="large" %}"""),
        ("en ligne", """{% ui "rate" value=0.824 n=125 low=0.748 high=0.881 size="inline" %}"""),
    ],
    "chart_rate_series": [
        (
            "onze mois, un sans donnée, un provisoire",
            """{% uiblock "card" %}{% ui "chart_rate_series" chart=series id="serie" %}{% enduiblock %}""",
        ),
        (
            "un point",
            """{% uiblock "card" %}{% ui "chart_rate_series" chart=series_one id="serie-une" %}{% enduiblock %}""",
        ),
        (
            "vide",
            """{% uiblock "card" %}{% ui "chart_rate_series" chart=series_empty id="serie-vide" %}{% enduiblock %}""",
        ),
    ],
    "chart_histogram": [
        (
            "avec objectif",
            """{% uiblock "card" %}{% ui "chart_histogram" chart=delays id="delais" %}{% enduiblock %}""",
        ),
        (
            "sans objectif",
            """{% uiblock "card" %}{% ui "chart_histogram" chart=delays_free id="delais-libres" %}{% enduiblock %}""",
        ),
        (
            "vide",
            """{% uiblock "card" %}{% ui "chart_histogram" chart=delays_empty id="delais-vides" %}{% enduiblock %}""",
        ),
    ],
    "chart_bars": [
        (
            "cinq services",
            """{% uiblock "card" %}{% ui "chart_bars" chart=services id="services" %}{% enduiblock %}""",
        )
    ],
    "chart_distribution": [
        (
            "cinq niveaux",
            """{% uiblock "card" %}{% ui "chart_distribution" chart=answers id="reponses" %}{% enduiblock %}""",
        ),
        (
            "vide",
            """{% uiblock "card" %}{% ui "chart_distribution" chart=answers_empty id="reponses-vides" %}{% enduiblock %}""",
        ),
    ],
    "chart_sparkline": [("onze mois", """<p>82,4 % {% ui "chart_sparkline" chart=spark %}</p>""")],
}

# Shown inside another component's specimen, or by the page itself.
SHOWN_ELSEWHERE: dict[str, str] = {
    "crumb": "breadcrumb",
    "tab": "tabs",
    "nav_item": "navigation",
    "definition": "definitions",
    "timeline_item": "timeline",
    "fields": "form",
    "messages": "alert",
}

ROOMS: list[tuple[str, str, list[str]]] = [
    (
        "figures",
        "Chiffres",
        [
            "stat",
            "rate",
            "chart_rate_series",
            "chart_histogram",
            "chart_bars",
            "chart_distribution",
            "chart_sparkline",
        ],
    ),
    (
        "structure",
        "Structure",
        [
            "page_header",
            "breadcrumb",
            "section",
            "card",
            "link_card",
            "grid",
            "columns",
            "table",
            "data_table",
            "pagination",
            "tabs",
            "navigation",
            "menu",
            "definitions",
            "timeline",
            "disclosure",
            "icon",
            "skip_link",
        ],
    ),
    (
        "dire",
        "Dire",
        ["alert", "badge", "tag", "empty_state", "progress", "loading", "kbd", "copy_link"],
    ),
    (
        "demander",
        "Demander",
        [
            "button",
            "field",
            "form_errors",
            "form",
            "form_actions",
            "filters",
            "choice_cards",
            "scale",
        ],
    ),
]
