"""Every kind of request that people make in a day, each with the answer it must get."""

import re
import uuid
from collections.abc import Iterator

from tests.faults.harness.desk import QUALITE, Answer, Desk
from tests.faults.harness.world import Scene, Web
from tests.surveys.situations import FILLED

Step = tuple[str, Answer, int]  # what was asked, the answer, the status expected


def journey(scene: Scene, web: Web) -> Iterator[Step]:
    yield from _doors(web)
    yield from _reception(web)
    yield from _figures(scene, web)
    yield from _survey(scene, web)


def _doors(web: Web) -> Iterator[Step]:
    desk = web.desk()
    yield "page de connexion", desk.ask("GET", "/compte/login/"), 200
    yield "connexion refusée", desk.log_in(password="pas le bon mot de passe"), 200
    yield "connexion", desk.log_in(), 302
    yield "déconnexion", desk.ask("POST", "/compte/logout/"), 302
    yield "santé", desk.ask("GET", "/sante/"), 200


def _reception(web: Web) -> Iterator[Step]:
    desk = web.logged_in()
    yield "formulaire de saisie", desk.ask("GET", "/saisie/"), 200
    saved = desk.save(uuid.uuid4(), f"Parcours {uuid.uuid4()}")
    yield "enregistrement d’un contact", saved, 302
    yield "page de la demande", desk.ask("GET", saved.location), 200
    yield "formulaire de réponse", desk.ask("GET", f"{saved.location}repondre/"), 200
    fields = {"kind": "merits", "channel": "phone", "text": "Voici.", **_today(desk, saved)}
    yield "réponse à l’usager", desk.ask("POST", f"{saved.location}repondre/", fields), 302
    yield "demandes à traiter", desk.ask("GET", "/demandes/"), 200
    yield "demandes closes", desk.ask("GET", "/demandes/closes/"), 200
    yield "recherche", desk.ask("GET", "/demandes/?q=Parcours"), 200


def _today(desk: Desk, saved: Answer) -> dict[str, str]:
    """The day as the form itself writes it."""
    page = desk.ask("GET", f"{saved.location}repondre/").body
    found = re.search(r'name="replied_on"[^>]*value="([^"]*)"', page)
    assert found, "the form of a reply gives no day"
    return {"replied_on": found[1]}


def _figures(scene: Scene, web: Web) -> Iterator[Step]:
    desk = web.desk()
    yield "connexion du responsable qualité", desk.log_in(QUALITE), 302
    yield "tableau de bord", desk.ask("GET", "/tableau-de-bord/"), 200
    yield "un engagement", desk.ask("GET", "/engagements/10/"), 200
    drill = "/engagements/10/first-reply-mail/demandes/"
    yield "demandes d’un indicateur", desk.ask("GET", drill), 200
    yield "délais cibles", desk.ask("GET", "/delais-cibles/"), 200
    yield "enquêtes", desk.ask("GET", "/enquetes/"), 200


def _survey(scene: Scene, web: Web) -> Iterator[Step]:
    address, passer_by = f"/q/{scene.world.known['qr']}/", web.desk()
    yield "questionnaire", passer_by.ask("GET", address), 200
    yield "réponse à une enquête", passer_by.ask("POST", address, FILLED), 302
