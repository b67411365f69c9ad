"""`check_worktime` and `working_days` from the command line: what they print, how they end."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, load_command_class

from directory import actions
from directory.models import WorkingCalendar
from tests.factories import TODAY

OFFICE = {day: [["09:00", "12:00"], ["14:00", "17:00"]] for day in ("mon", "tue", "wed", "thu")}


def case(kind: str, expected: object, **fields: Any) -> dict[str, Any]:
    """A case on a four-day week of naive hours, in June 2026 (the 1st is a Monday)."""
    usual = {
        "id": "C1",
        "kind": kind,
        "convention": "common",
        "timezone": "local",
        "weekly_hours": OFFICE,
        "holidays": [],
        "start": "2026-06-01T09:00:00",
        "expected": expected,
    }
    return usual | fields


@pytest.fixture
def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on cases, or on a text: exit status, output, errors."""

    def check(content: object) -> tuple[int, str, str]:
        file = tmp_path / "cases.json"
        text = content if isinstance(content, str) else json.dumps({"cases": content})
        file.write_text(text, encoding="utf-8")
        status = 0
        try:
            call_command("check_worktime", str(file))
        except SystemExit as left:
            status = int(left.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return check


PARIS = {"timezone": "Europe/Paris"}
RIGHT = {
    "time": case("add_working_time", "2026-06-01T12:00:00", seconds=3 * 3600),
    "time back": case("add_working_time", "2026-05-28T16:00:00", seconds=-3600),
    "time, end of day": case(
        "add_working_time", "2026-06-01T17:00:00", seconds=3600, end_of_day=True
    ),
    "elapsed": case("elapsed_working_seconds", 6 * 3600, end="2026-06-02T08:00:00"),
    "elapsed, with a pause": case(
        "elapsed_working_seconds",
        4 * 3600,
        end="2026-06-02T08:00:00",
        pauses=[{"from": "2026-06-01T11:00:00", "to": "2026-06-01T15:00:00"}],
        target_minutes=300,
        expected_margin_minutes=60,
    ),
    "suspended": case(
        "suspended_working_seconds",
        3600,
        pauses=[
            {"from": "2026-05-28T09:00:00", "to": "2026-06-01T09:30:00"},
            {"from": "2026-06-01T09:00:00", "to": "2026-06-01T10:00:00"},
        ],
    ),
    "days": case("add_working_days", "2026-06-08T09:00:07", start="2026-06-01T09:00:07", days=4),
    "days and a pause": case(
        "add_working_days",
        "2026-06-08T11:00:00",
        days=4,
        pauses=[{"from": "2026-06-01T10:00:00", "to": "2026-06-01T12:00:00"}],
    ),
    "days, end of day": case("add_working_days", "2026-06-03T17:00:00", days=2, end_of_day=True),
    "dates": case(
        "add_working_days_date", "2026-06-09", start="2026-06-05", days=1, roll="forward"
    ),
    "dates, refused": case("add_working_days_date", "rejected", start="2026-06-05", days=1),
    "open": case("is_working", True),
    "closed by a break": case("is_working", False, breaks={"2026-06-01": [["08:00", "10:00"]]}),
    "working day": case("is_working_day", False, start="2026-06-05"),
    "a shift wins": case(
        "is_working_day",
        True,
        start="2026-06-05",
        holidays=["2026-06-05"],
        shifts={"2026-06-05": [["09:00", "10:00"]]},
    ),
    "holiday of every year": case(
        "is_holiday",
        True,
        holiday_ranges=[{"from": "2019-05-30", "to": "2019-06-02", "every_year": True}],
    ),
    "holiday of one year": case(
        "is_holiday", False, holiday_ranges=[{"from": "2019-05-30", "to": "2019-06-02"}]
    ),
    "periods": case(
        "next_periods",
        [["2026-06-01T09:00:00", "2026-06-01T12:00:00"]],
        count=1,
    ),
    "fewer periods than asked": case(
        "next_periods",
        [["2026-06-05T09:00:00", "2026-06-05T10:00:00"]],
        weekly_hours={},
        shifts={"2026-06-05": [["09:00", "10:00"]]},
        count=3,
    ),
    "periods before": case(
        "previous_periods",
        [["2026-05-28T14:00:00", "2026-05-28T17:00:00"]],
        count=1,
    ),
    "moments": case("previous_working_moment", "2026-05-28T17:00:00"),
    "never again": case("next_working_moment", "rejected", weekly_hours={}),
    "a night": case(
        "next_working_moment",
        "2026-06-02T00:00:00Z",
        start="2026-06-02T00:00:00Z",
        weekly_hours={"mon": [["22:00", "06:00"]]},
        **PARIS,
    ),
    "another way to write an instant": case(
        "next_working_moment", "2026-06-01T11:00:00+02:00", start="2026-06-01T09:00:00Z", **PARIS
    ),
    "clock": case("local_to_utc", "2026-03-29T01:30:00Z", start="2026-03-29T02:30:00", **PARIS),
    "midnight is 24:00": case(
        "invalid_config", "rejected", weekly_hours={"mon": [["09:00", "00:00"]]}
    ),
    "empty hours": case("invalid_config", "rejected", weekly_hours={"mon": [["09:00", "09:00"]]}),
    "good hours": case("invalid_config", "accepted"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_case_is_counted_and_nothing_more(name: str, checked: Any) -> None:
    status, out, err = checked([RIGHT[name]])
    assert (status, err) == (0, "")
    assert "  common    1 sur   1\n" in out
    assert "C1" not in out


@pytest.mark.parametrize("convention", ["common", "dates-only"])
def test_a_failing_case_ends_with_1_and_a_line(convention: str, checked: Any) -> None:
    wrong = case("is_working", False, id="C7", convention=convention)
    status, out, _err = checked([RIGHT["open"], wrong])
    assert status == 1
    assert f"ÉCHEC  C7 ({convention}, is_working) : attendu false, obtenu true\n" in out
    assert out.count("C7") == 1


def test_a_wrong_margin_fails(checked: Any) -> None:
    wrong = RIGHT["elapsed, with a pause"] | {"expected_margin_minutes": 61}
    assert checked([wrong])[0] == 1


def test_one_is_not_true(checked: Any) -> None:
    assert checked([case("is_working", 1)])[0] == 1


def test_another_convention_names_our_decision_and_changes_no_verdict(checked: Any) -> None:
    rolled = case(
        "add_working_days",
        "2026-06-03T09:00:00",
        start="2026-06-01T18:00:00",
        days=1,
        convention="biz-days",
    )
    status, out, _err = checked([RIGHT["open"], rolled])
    assert status == 0
    assert "ÉCART  C1 (biz-days, add_working_days)" in out
    assert "suit notre décision : ajouter des jours ouvrés garde l’heure" in out
    assert "  biz-days    0 sur   1" in out
    unexplained = case("is_working", False, convention="biz-days")
    assert "aucune décision n’explique cet écart" in checked([unexplained])[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "is_lunch"}, "C1 : « is_lunch » n’est pas une sorte de cas connue."),
        ({"kind": None}, "C1 : « kind » manque."),
        ({"expected": None}, "C1 : « expected » manque."),
        ({"convention": 3}, "C1 : « convention » doit être un texte."),
        ({"id": None, "kind": "?"}, "n° 1 : « ? »"),
        ({"start": None}, "C1 : « start » manque."),
        ({"start": "2026-06-31T09:00:00"}, "C1 : « 2026-06-31T09:00:00 » ne se lit pas"),
        ({"start": "2026-06-01T09:00:00Z"}, "C1 : « 2026-06-01T09:00:00Z » ne se lit pas"),
        ({"start": "9999-12-31T23:00:00-10:00", **PARIS}, "C1 : une date sort du calendrier."),
        ({"timezone": "Lune/Tycho"}, "C1 : « Lune/Tycho » ne se lit pas dans « timezone »."),
        ({"timezone": "../etc"}, "C1 : « ../etc » ne se lit pas dans « timezone »."),
        ({"holidays": ["2026-02-30"]}, "C1 : « 2026-02-30 » ne se lit pas dans « holidays »."),
        ({"holidays": "2026-02-03"}, "C1 : « holidays » doit être une liste de dates."),
        ({"holidays": None}, "C1 : « holidays » manque."),
        ({"weekly_hours": {"lun": []}}, "C1 : « lun » ne se lit pas dans « weekly_hours »."),
        ({"weekly_hours": {"mon": [["9", "10:00"]]}}, "C1 : « 9 » ne se lit pas"),
        ({"weekly_hours": {"mon": [["09:00"]]}}, "dans « weekly_hours »"),
        ({"weekly_hours": {"mon": [["09:00", "24:30"]]}}, "C1 : « 24:30 » ne se lit pas"),
        ({"weekly_hours": {"mon": [["09:00", "00:00"]]}}, "C1 : horaires refusés (09:00 → 00:00)"),
        ({"breaks": {"demain": []}}, "C1 : « demain » ne se lit pas dans « breaks »."),
        ({"shifts": []}, "C1 : « shifts » doit être un objet."),
        ({"pauses": [{"from": "2026-06-01T10:00:00"}]}, "dans « pauses »"),
        ({"holiday_ranges": [{"from": "2026-06-02", "to": "2026-06-01"}]}, "holiday_ranges"),
        ({"kind": "next_periods", "count": 0}, "C1 : « 0 » ne se lit pas dans « count »."),
        ({"kind": "add_working_time", "seconds": True}, "« seconds » doit être un nombre entier"),
        ({"kind": "add_working_time", "seconds": 10**30}, "C1 : une date sort du calendrier."),
        (
            {"kind": "add_working_days_date", "start": "2026-06-01", "days": 1, "roll": "up"},
            "C1 : « up » n’est pas un « roll » connu.",
        ),
    ],
)
def test_a_case_that_cannot_be_read_is_named(
    changes: dict[str, Any], words: str, checked: Any
) -> None:
    changed = {**case("is_working", True), **changes}
    broken = {key: value for key, value in changed.items() if value is not None}
    status, out, err = checked([broken, RIGHT["open"]])
    assert status == 2
    assert words in err
    assert err.count("\n") == 1
    assert "1 sur   1" in out


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"cases": 3}', '{"cases": [3]}', "[" * 100_000]
)
def test_a_file_that_is_not_cases(content: str, checked: Any) -> None:
    status, out, err = checked(content)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path, words in ((tmp_path / "absent.json", "n’existe pas"), (tmp_path, "être lu")):
        with pytest.raises(SystemExit) as left:
            call_command("check_worktime", str(path))
        assert left.value.code == 2
        assert words in capsys.readouterr().err


# --- working_days ----------------------------------------------------------------------------
def working_days(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    call_command("working_days", *arguments)
    return capsys.readouterr().out.splitlines()


def test_each_day_is_shown_with_its_number_or_why_it_has_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = working_days(capsys, "--territory=metropole", "--from=30/04/2026", "--to=2026-05-05")
    assert lines == [
        "    –  jeudi 30 avril 2026 (jour de départ, ne compte pas)",
        "    –  vendredi 1er mai 2026 (jour férié : Fête du Travail)",
        "    –  samedi 2 mai 2026 (jour non travaillé)",
        "    –  dimanche 3 mai 2026 (jour non travaillé)",
        "    1  lundi 4 mai 2026",
        "    2  mardi 5 mai 2026",
        "",
        "2 jours ouvrés après le 30/04/2026, jusqu’au 05/05/2026 inclus ; 3 jours laissés de côté.",
    ]


@pytest.mark.parametrize(
    ("territory", "start", "limit", "deadline"),
    [
        ("metropole", "2026-04-30", "15", "mercredi 27 mai 2026"),
        ("guadeloupe", "2026-04-30", "15", "jeudi 28 mai 2026"),
        ("martinique", "13/05/2027", "15", "vendredi 4 juin 2027"),
        ("metropole", "2026-07-11", "5", "lundi 20 juillet 2026"),
        ("metropole", "2026-07-11", "0", "samedi 11 juillet 2026"),
        ("metropole", "2499-12-31", "1", "lundi 4 janvier 2500"),
    ],
)
def test_the_nth_working_day(
    territory: str,
    start: str,
    limit: str,
    deadline: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = working_days(capsys, f"--territory={territory}", f"--from={start}", f"--add={limit}")
    assert lines[-1] == f"Échéance : {deadline}."
    assert lines[-2].startswith(f"{limit} jour")
    numbers = [line.split()[0] for line in lines[:-3]]
    assert [number for number in numbers if number != "–"] == [
        str(number) for number in range(1, int(limit) + 1)
    ]


def test_a_calendar_with_its_own_days(
    calendar: WorkingCalendar, capsys: pytest.CaptureFixture[str]
) -> None:
    from_rows = (f"--organisation={calendar.organisation.name}", f"--calendar={calendar.name}")
    actions.close_days(calendar, first=TODAY, last=TODAY, label="Pont", today=TODAY)
    lines = working_days(capsys, *from_rows, "--from=2026-06-19", "--add=1")
    assert "    –  lundi 22 juin 2026 (fermeture : Pont)" in lines
    assert lines[-1] == "Échéance : mardi 23 juin 2026."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from=2026-06-01", "--add=1"], "Donnez soit --territory"),
        (["--territory=metropole", "--add=1"], "Il manque : --from."),
        (["--territory=atlantide", "--from=2026-06-01", "--add=1"], "--territory : « atlantide »"),
        (["--territory=metropole", "--from=2026-06-31", "--add=1"], "--from : « 2026-06-31 »"),
        (["--territory=metropole", "--from=1/6/26", "--add=1"], "--from : « 1/6/26 »"),
        (["--territory=metropole", "--from=20260601", "--add=1"], "--from : « 20260601 »"),
        (["--territory=metropole", "--from=2026-06-01", "--to=demain"], "--to : « demain »"),
        (["--territory=metropole", "--from=2026-06-02", "--to=2026-06-01"], "--to : cette date"),
        (["--territory=metropole", "--from=2026-06-01"], "Donnez soit --to, soit --add."),
        (
            ["--territory=metropole", "--from=2026-06-01", "--to=2026-06-02", "--add=1"],
            "Donnez soit --to, soit --add.",
        ),
        (["--territory=metropole", "--from=2026-06-01", "--add=-1"], "--add : « -1 »"),
        (["--territory=metropole", "--from=2026-06-01", "--add=1.5"], "--add : « 1.5 »"),
        (["--territory=metropole", "--from=2026-06-01", "--add=9999999"], "Ce calendrier n’a plus"),
        (["--calendar=X", "--from=2026-06-01", "--add=1"], "--calendar va avec --organisation."),
        (
            ["--calendar=X", "--organisation=Y", "--from=2026-06-01", "--add=1"],
            "Organisation inconnue",
        ),
    ],
)
def test_bad_arguments_are_one_french_line(
    arguments: list[str], words: str, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    command = load_command_class("directory", "working_days")
    with pytest.raises(SystemExit) as left:
        command.run_from_argv(["manage.py", "working_days", *arguments])
    told = capsys.readouterr()
    assert (left.value.code, told.out) == (2, "")
    assert told.err.startswith(words)
    assert told.err.count("\n") == 1
