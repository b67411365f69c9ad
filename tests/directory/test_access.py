"""Who sees what in the annuaire: perimeters by role, trees, other organisations."""

import pytest

from directory import access
from directory.enums import Role
from directory.models import Organisation, Service
from directory.models.service import with_descendants
from directory.queries import in_tree_order
from tests.factories import make_agent, make_calendar, make_motif, make_organisation, make_service


@pytest.fixture
def tree(organisation: Organisation) -> dict[str, Service]:
    """accueil › (état civil › cimetières), urbanisme; and a service of another organisation."""
    accueil = make_service(organisation, name="Accueil")
    etat_civil = make_service(organisation, name="État civil", parent=accueil)
    cimetieres = make_service(organisation, name="Cimetières", parent=etat_civil)
    urbanisme = make_service(organisation, name="Urbanisme")
    elsewhere = make_service(make_organisation())
    return {
        "accueil": accueil,
        "état civil": etat_civil,
        "cimetières": cimetieres,
        "urbanisme": urbanisme,
        "elsewhere": elsewhere,
    }


@pytest.mark.parametrize(
    ("role", "own", "seen"),
    [
        (Role.AGENT, [], set()),
        (Role.AGENT, ["cimetières"], {"cimetières"}),
        (Role.AGENT, ["état civil"], {"état civil", "cimetières"}),
        (Role.RESPONSABLE, ["accueil"], {"accueil", "état civil", "cimetières"}),
        (Role.RESPONSABLE, ["urbanisme", "cimetières"], {"urbanisme", "cimetières"}),
        (Role.QUALITE, [], {"accueil", "état civil", "cimetières", "urbanisme"}),
        (Role.ADMINISTRATEUR, [], {"accueil", "état civil", "cimetières", "urbanisme"}),
    ],
)
def test_services_of_each_role(
    tree: dict[str, Service], role: Role, own: list[str], seen: set[str]
) -> None:
    agent = make_agent(tree["accueil"].organisation, role, *(tree[name] for name in own))
    names = {name for name, service in tree.items() if service in access.services_of(agent)}
    assert names == seen


def test_a_service_of_another_organisation_opens_nothing(tree: dict[str, Service]) -> None:
    """Even if a row of the perimeter were wrong, the organisation holds."""
    agent = make_agent(tree["accueil"].organisation, Role.AGENT, tree["elsewhere"])
    assert not access.services_of(agent).exists()


def test_a_cycle_written_past_the_product_does_not_hang() -> None:
    assert with_descendants({1: 2, 2: 1, 3: None}, [1]) == {1, 2}
    assert with_descendants({1: None}, [99]) == set()


def test_only_active_services_are_given_a_demande(tree: dict[str, Service]) -> None:
    Service.objects.filter(pk=tree["urbanisme"].pk).update(is_active=False)
    agent = make_agent(tree["accueil"].organisation, Role.QUALITE)
    assert tree["urbanisme"] in access.services_of(agent)
    assert tree["urbanisme"] not in access.services_to_choose(agent)


def test_every_door_stays_in_the_organisation(organisation: Organisation) -> None:
    other = make_organisation()
    make_calendar(other)
    make_motif(other)
    agent = make_agent(organisation, Role.ADMINISTRATEUR)
    doors = (
        access.services_of,
        access.services_to_choose,
        access.motifs_of,
        access.calendars_of,
        access.agents_of,
        access.closings_of,
        access.openings_of,
    )
    stranger = make_agent(other, Role.ADMINISTRATEUR)
    for door in doors:
        for row in door(agent):
            assert row.organisation == organisation
        for row in door(stranger):
            assert row.organisation == other


@pytest.mark.parametrize(
    ("role", "manages", "figures"),
    [
        (Role.AGENT, False, False),
        (Role.RESPONSABLE, False, True),
        (Role.QUALITE, False, True),
        (Role.ADMINISTRATEUR, True, True),
    ],
)
def test_rights_of_each_role(
    organisation: Organisation, role: Role, manages: bool, figures: bool
) -> None:
    agent = make_agent(organisation, role)
    assert access.may_manage_directory(agent) is manages
    assert access.may_see_figures(agent) is figures
    agent.is_active = False
    assert not access.may_manage_directory(agent)
    assert not access.may_see_figures(agent)


def test_tree_order_is_french(tree: dict[str, Service]) -> None:
    organisation = tree["accueil"].organisation
    make_service(organisation, name="Élections")
    branches = in_tree_order(Service.objects.filter(organisation=organisation))
    assert [(branch.node.name, branch.depth) for branch in branches] == [
        ("Accueil", 0),
        ("État civil", 1),
        ("Cimetières", 2),
        ("Élections", 0),
        ("Urbanisme", 0),
    ]


def test_a_node_whose_parent_is_not_listed_stands_alone(tree: dict[str, Service]) -> None:
    branches = in_tree_order([tree["cimetières"]])
    assert [branch.depth for branch in branches] == [0]
