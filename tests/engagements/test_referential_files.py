"""The referential files say only what was read, and measure only what can be measured."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engagements.counted import COUNTED

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "engagements" / "referentials"
RULES = (ROOT / "docs" / "regles-de-comptage.md").read_text(encoding="utf-8")
ANCHORS = set(re.findall(r'<a id="(regle-\d+)"></a>', RULES))

COUNTS = {"marianne-2013": 19, "marianne-2016": 12, "services-publics-plus": 8}
# The wordings that were read in a source. A number joins this list together with its source.
QUOTED = {
    "marianne-2013": {1, 2, 3, 4, 5, 6, 17, 18, 19},
    "marianne-2016": {1, 2},
    "services-publics-plus": {1, 2, 3, 4, 5, 6, 7},
}
# The national figures that were read in a source, by indicator: (file, key) → working days.
READ_LIMITS = {("marianne-2013", "first-reply-mail"): 15, ("marianne-2013", "first-reply-email"): 5}

MARKS = {"verified", "unverified"}
CHANNELS = {"guichet", "phone", "mail", "email", "online"}
NATURES = {"information", "demarche", "reclamation", "suggestion"}
DELAYS = {"first_reply", "merits", "announced"}
QUESTIONS = {f"survey:{key}" for key in ("satisfaction", "clarity", "effort", "reached")}
MEASURES = DELAYS | QUESTIONS | {f"counted:{key}" for key in COUNTED} | {"none"}

TOP_KEYS = {"key", "title", "version", "sources", "rubriques", "engagements"}
RUBRIQUE_KEYS = {"code", "title", "mark", "mark_detail"}
ENGAGEMENT_KEYS = {
    *("number", "rubrique", "short", "wording", "mark", "mark_detail", "source"),
    *("channels", "awaiting", "indicators"),
}
INDICATOR_KEYS = {
    *("key", "label", "measure", "channels", "natures", "limit", "limit_mark"),
    *("definition", "rule"),
}
TARGET_KEYS = {"measure", "channel", "nature", "limit", "mark", "label", "source"}

Table = dict[str, Any]


def read(name: str) -> Table:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


FILES = {name: read(name) for name in COUNTS}
each_file = pytest.mark.parametrize("name", sorted(COUNTS))


def engagements() -> Iterator[tuple[str, Table]]:
    for name, data in FILES.items():
        for engagement in data["engagements"]:
            yield name, engagement


def indicators() -> Iterator[tuple[str, Table]]:
    for name, engagement in engagements():
        for indicator in engagement.get("indicators", []):
            yield name, indicator


each_engagement = pytest.mark.parametrize(
    ("name", "engagement"),
    [pytest.param(n, e, id=f"{n}-{e['number']}") for n, e in engagements()],
)
each_indicator = pytest.mark.parametrize(
    ("name", "indicator"), [pytest.param(n, i, id=f"{n}-{i['key']}") for n, i in indicators()]
)
each_target = pytest.mark.parametrize(
    "target", [*FILES["marianne-2013"]["targets"], *FILES["marianne-2013"]["local_defaults"]]
)


def test_the_folder_holds_these_files_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(COUNTS)


@each_file
def test_the_list_is_complete_and_numbered_without_a_gap(name: str) -> None:
    numbers = [engagement["number"] for engagement in FILES[name]["engagements"]]
    assert numbers == list(range(1, COUNTS[name] + 1))


@each_file
def test_the_file_names_itself_and_its_sources(name: str) -> None:
    data = FILES[name]
    assert data["key"] == name
    assert data["title"]
    assert data["version"]
    assert all(data["sources"])
    assert set(data) <= TOP_KEYS | {"targets", "local_defaults"}


@each_file
def test_every_rubrique_is_marked_and_used(name: str) -> None:
    rubriques = FILES[name]["rubriques"]
    codes = [rubrique["code"] for rubrique in rubriques]
    assert len(codes) == len(set(codes))
    assert {e["rubrique"] for e in FILES[name]["engagements"]} == set(codes)
    for rubrique in rubriques:
        assert set(rubrique) <= RUBRIQUE_KEYS
        assert rubrique["title"]
        assert rubrique["mark"] in MARKS


@each_file
def test_indicator_keys_are_unique(name: str) -> None:
    keys = Counter(indicator["key"] for file, indicator in indicators() if file == name)
    assert [key for key, times in keys.items() if times > 1] == []


def test_marianne_2013_has_six_rubriques() -> None:
    codes = [rubrique["code"] for rubrique in FILES["marianne-2013"]["rubriques"]]
    assert codes == ["R1", "R2", "R3", "R4", "R5", "R6"]


@each_engagement
def test_an_engagement_is_a_quotation_only_where_it_was_read(name: str, engagement: Table) -> None:
    assert engagement["mark"] in MARKS
    assert engagement["source"]
    assert (engagement["mark"] == "verified") == (engagement["number"] in QUOTED[name])
    if engagement["mark"] == "unverified":
        assert "à vérifier" in engagement["mark_detail"]


@each_engagement
def test_an_engagement_fits_its_board(name: str, engagement: Table) -> None:
    assert set(engagement) <= ENGAGEMENT_KEYS
    assert 0 < len(engagement["short"]) <= 60
    assert engagement["wording"]
    assert set(engagement["channels"]) <= CHANNELS


@each_engagement
def test_an_engagement_is_measured_or_says_what_it_awaits(name: str, engagement: Table) -> None:
    measures = {indicator["measure"] for indicator in engagement.get("indicators", [])}
    assert bool(measures - {"none"}) != ("awaiting" in engagement)


@each_engagement
def test_what_is_awaited_is_a_sentence_without_a_figure(name: str, engagement: Table) -> None:
    awaiting = engagement.get("awaiting", "Rien.")
    assert awaiting.endswith(".")
    assert not re.search(r"[\d%]", awaiting)


@each_indicator
def test_an_indicator_is_one_that_the_product_knows(name: str, indicator: Table) -> None:
    assert set(indicator) <= INDICATOR_KEYS
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", indicator["key"])
    assert indicator["label"]
    assert indicator["measure"] in MEASURES
    assert set(indicator.get("channels", [])) <= CHANNELS
    assert set(indicator.get("natures", [])) <= NATURES


@each_indicator
def test_an_indicator_is_defined_and_leads_to_its_rule(name: str, indicator: Table) -> None:
    definition = indicator["definition"]
    assert definition.endswith(".")
    assert "Dénominateur" in definition or "médiane" in definition
    assert indicator["rule"] in ANCHORS


@each_indicator
def test_a_national_limit_is_verified_only_where_it_was_read(name: str, indicator: Table) -> None:
    read_limit = READ_LIMITS.get((name, indicator["key"]))
    if "limit" not in indicator:
        assert read_limit is None
        assert "limit_mark" not in indicator
        return
    assert indicator["measure"] in DELAYS
    assert indicator["limit_mark"] == ("verified" if read_limit else "unverified")
    assert read_limit in (None, indicator["limit"])


@each_target
def test_a_starting_target_is_complete(target: Table) -> None:
    assert set(target) <= TARGET_KEYS
    assert target["measure"] in DELAYS - {"announced"}
    assert target.get("channel", "mail") in CHANNELS
    assert target.get("nature", "reclamation") in NATURES
    assert target["limit"] > 0


def test_starting_targets_are_the_national_ones_then_ours() -> None:
    data = FILES["marianne-2013"]
    national = {t.get("channel") or t["nature"]: (t["limit"], t["mark"]) for t in data["targets"]}
    assert national == {
        "mail": (15, "verified"),
        "email": (5, "verified"),
        "reclamation": (15, "unverified"),
        "suggestion": (15, "unverified"),
    }
    ours = {t["channel"]: t for t in data["local_defaults"]}
    assert set(ours) == {"guichet", "phone", "online"}
    for target in ours.values():
        assert "mark" not in target
        assert "délai local par défaut, à fixer par l’organisation" in target["label"]


def test_the_targets_and_the_indicators_state_the_same_figures() -> None:
    data = FILES["marianne-2013"]
    limits = {t.get("channel") or t["nature"]: t["limit"] for t in data["targets"]}
    for name, indicator in indicators():
        for key in (*indicator.get("channels", []), *indicator.get("natures", [])):
            if "limit" in indicator:
                assert name == "marianne-2013"
                assert indicator["limit"] == limits[key]


def test_the_rules_are_numbered_from_1_to_23_each_with_its_four_parts() -> None:
    assert {f"regle-{number}" for number in range(1, 24)} == ANCHORS
    sections = re.split(r'<a id="regle-\d+"></a>\n', RULES)[1:]
    for number, section in enumerate(sections, start=1):
        assert section.startswith(f"### Règle {number}. ")
        for part in ("Règle", "Exemple", "Source", "Pourquoi"):
            assert f"**{part}.**" in section, f"règle {number} : {part}"
        assert re.search(r"\b20\d\d\b", section), f"règle {number} : une date"
