"""What is typed fast means one thing only."""

from datetime import date

import pytest

from directory.models import Organisation, Service
from letters.chronos import Chrono, read_chrono
from letters.typing import Names, Unreadable, read_day
from tests import factories

TODAY = date(2026, 1, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12/01/2026", date(2026, 1, 12)),
        ("12/1/26", date(2026, 1, 12)),
        ("120126", date(2026, 1, 12)),
        ("12012026", date(2026, 1, 12)),
        ("2026-01-12", date(2026, 1, 12)),
        ("12.01.2026", date(2026, 1, 12)),
        # Without a year: the latest one that is not to come.
        ("12/01", date(2026, 1, 12)),
        ("1301", date(2025, 1, 13)),
        ("28/12", date(2025, 12, 28)),
        ("29/02", date(2024, 2, 29)),
    ],
)
def test_a_day(text: str, day: date) -> None:
    assert read_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["hier", "32/01/2026", "30/02", "1", "12/13/2026", "٣/٤", "-"])
def test_no_day(text: str) -> None:
    with pytest.raises(Unreadable):
        read_day(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "chrono"),
    [
        ("2026-000123", Chrono(2026, 123)),
        ("2026/123", Chrono(2026, 123)),
        ("123/2026", Chrono(2026, 123)),
        ("2026-2025", Chrono(2026, 2025)),
        (" 123 ", Chrono(None, 123)),
        ("0", None),
        ("1875-12", None),
        ("99999999", None),
        ("A-12", None),
        ("", None),
    ],
)
def test_a_number(text: str, chrono: Chrono | None) -> None:
    assert read_chrono(text) == chrono


class TestNames:
    def names(self, organisation: Organisation) -> Names[Service]:
        services = organisation.services.select_related("parent")
        return Names(services, unknown="Inconnu : %(text)s.", several="%(text)s : %(names)s")

    def test_by_its_name_or_the_beginning_of_it(self, organisation: Organisation) -> None:
        for name in ("État civil", "Urbanisme", "Urgences sociales"):
            factories.make_service(organisation, name=name)
        names = self.names(organisation)
        assert names.find("etat  CIVIL").name == "État civil"
        assert names.find("eta").name == "État civil"
        assert names.find("urbanisme").name == "Urbanisme"
        with pytest.raises(Unreadable, match="« Urbanisme », « Urgences sociales »"):
            names.find("ur")
        with pytest.raises(Unreadable, match="Voulez-vous dire « Urbanisme »"):
            names.find("urbanism e")

    def test_two_motifs_of_one_name_are_told_apart_by_their_family(
        self, organisation: Organisation
    ) -> None:
        for family in ("Voirie", "Sport"):
            parent = factories.make_motif(organisation, name=family)
            factories.make_motif(organisation, name="Réclamation", parent=parent)
        motifs = organisation.motifs.exclude(parent=None).select_related("parent")
        names = Names(motifs, unknown="%(text)s", several="%(text)s")
        assert set(names.labels) == {"Voirie › Réclamation", "Sport › Réclamation"}
        found = names.find("sport › réclamation")
        assert found.parent is not None
        assert found.parent.name == "Sport"
