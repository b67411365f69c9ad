"""Importing call records: once, all of it or nothing, in the hours of the service it reached."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from directory.models import Organisation, Service
from telephony.actions.importing import Sent, confirm, deposit, drop, look_at
from telephony.enums import HoursBasis, Outcome, RecordFormat, Source
from telephony.errors import AlreadyImported
from telephony.models import Call, RecordFile
from tests import factories
from tests.telephony.situations import make_line, open_from_nine_to_five

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "telephony"
ASTERISK = SHARED / "asterisk_Master_softphones_2023.csv"
FREESWITCH = SHARED / "freeswitch_cdr_2020.csv"
absent = "../shared/data absent : relevés réels non repris"

FILE = """identifiant;appele;appelant;debut;attente;issue
1;01 99 00 12 00;0199001234;01/06/2026 10:00:00;7;agent
2;01 99 00 12 00;;01/06/2026 12:30:00;7;abandon
3;01 99 00 12 00;client-un;06/06/2026 10:00:00;7;agent
4;0199009999;0199001234;01/06/2026 10:00:00;7;agent
5;01 99 00 12 00;0199001234;pas une date;7;agent
6;01 99 00 12 00;0199001234;01/01/2098 10:00:00;7;agent
"""


@pytest.fixture
def accueil(service: Service) -> Service:
    make_line(service, "+33199001200")
    return service


def sent(content: str = FILE, kind: str = RecordFormat.PLAIN) -> Sent:
    return Sent("relevé.csv", content.encode(), kind)


def bring(organisation: Organisation, one: Sent) -> RecordFile:
    file = deposit(one, organisation, by=None, now=factories.NOW)
    confirm(file, by=None, now=factories.NOW)
    file.refresh_from_db()
    return file


class TestPlacing:
    def test_where_each_line_goes(self, accueil: Service) -> None:
        open_from_nine_to_five(accueil.organisation)
        placed = look_at(sent(), accueil.organisation, now=factories.NOW)
        assert not Call.objects.exists()
        assert [call.external_key for call in placed.new] == ["1", "2", "3"]
        # Out at lunch, out on a Saturday.
        assert [call.in_hours for call in placed.new] == [True, False, False]
        assert {call.hours_basis for call in placed.new} == {HoursBasis.HOURS}
        assert [call.caller for call in placed.new] == ["+33199001234", "", "client-un"]
        assert (placed.odd_callers, placed.other_lines) == (1, {"+33199009999": 1})
        assert [(one.number, one.reason[:12]) for one in placed.broken] == [
            (6, "début illisi"),
            (7, "appel daté d"),
        ]

    def test_without_opening_hours_a_working_day_is_in_hours_and_says_so(
        self, accueil: Service
    ) -> None:
        placed = look_at(sent(), accueil.organisation, now=factories.NOW)
        assert [call.in_hours for call in placed.new] == [True, True, False]
        assert {call.hours_basis for call in placed.new} == {HoursBasis.DAY}
        assert placed.judged_by_day == 3

    def test_times_of_the_file_are_those_of_the_service_or_utc(self, accueil: Service) -> None:
        local = look_at(sent(), accueil.organisation, now=factories.NOW).new[0]
        utc = Sent("a.csv", FILE.encode(), RecordFormat.PLAIN, in_utc=True)
        there = look_at(utc, accueil.organisation, now=factories.NOW).new[0]
        assert local.started_at == factories.at(date(2026, 6, 1), 10)
        assert there.started_at == factories.at(date(2026, 6, 1), 12)

    def test_the_line_of_a_voice_server(self, service: Service) -> None:
        make_line(service, "+33199001200", is_voice_server=True)
        placed = look_at(sent(), service.organisation, now=factories.NOW)
        assert placed.new[0].outcome == Outcome.VOICE_SERVER
        assert placed.new[1].outcome == Outcome.ABANDONED

    def test_a_line_out_of_service_reaches_nobody(self, service: Service) -> None:
        make_line(service, "+33199001200", is_active=False)
        assert look_at(sent(), service.organisation, now=factories.NOW).others == 5


class TestImport:
    def test_importing_twice_adds_nothing(self, accueil: Service) -> None:
        first = bring(accueil.organisation, sent())
        assert (first.accepted, first.already_present, first.other_lines, first.broken) == (
            3,
            0,
            1,
            2,
        )
        assert first.content is None
        longer = FILE + "8;01 99 00 12 00;;02/06/2026 10:00:00;3;agent\n"
        again = bring(accueil.organisation, sent(longer))
        assert (again.accepted, again.already_present) == (1, 3)
        assert Call.objects.count() == 4

    def test_the_same_file_confirmed_twice_is_imported_once(self, accueil: Service) -> None:
        file = deposit(sent(), accueil.organisation, by=None, now=factories.NOW)
        confirm(file, by=None, now=factories.NOW)
        with pytest.raises(AlreadyImported):
            confirm(file, by=None, now=factories.NOW)
        with pytest.raises(AlreadyImported):
            drop(file)

    def test_master_and_queue_log_of_one_exchange_tell_the_same_call(
        self, service: Service
    ) -> None:
        make_line(service, "accueil")
        log = "1780300000|A.1|accueil|NONE|ENTERQUEUE||0199001234|1\n"
        log += "1780300012|A.1|accueil|SIP/1|CONNECT|12|A.2|4\n"
        master = '"","0199001234","s","d","0199001234","c","d","Queue","accueil,t",'
        master += '"2026-06-01 09:46:40","2026-06-01 09:46:40","2026-06-01 09:48:00","80","80",'
        master += '"ANSWERED","DOCUMENTATION","A.1",""\n'
        bring(service.organisation, sent(log, RecordFormat.ASTERISK_QUEUE))
        again = bring(service.organisation, sent(master, RecordFormat.ASTERISK_CDR))
        assert (again.accepted, again.already_present) == (0, 1)
        call = Call.objects.get()
        assert (call.source, call.wait_ms) == (Source.ASTERISK, 12_000)

    def test_the_key_of_another_organisation_is_not_in_the_way(self, accueil: Service) -> None:
        elsewhere = factories.make_service(factories.make_organisation())
        make_line(elsewhere, "+33199001200")
        bring(elsewhere.organisation, sent())
        assert bring(accueil.organisation, sent()).accepted == 3

    def test_a_file_nobody_confirmed_is_forgotten_after_a_day(self, accueil: Service) -> None:
        old = deposit(sent(), accueil.organisation, by=None, now=factories.NOW)
        RecordFile.objects.update(uploaded_at=factories.at(date(2026, 6, 20)))
        deposit(sent(), accueil.organisation, by=None, now=factories.NOW)
        assert not RecordFile.objects.filter(pk=old.pk).exists()


class TestCommand:
    def run(self, path: Path, *more: str, kind: str = "csv") -> None:
        call_command(
            "import_calls", str(path), "--organisation=Ville de Saint-Aubin",
            f"--format={kind}", *more,
        )  # fmt: skip

    def test_what_it_says(
        self, accueil: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "r.csv").write_text(FILE)
        self.run(tmp_path / "r.csv", "--dry-run")
        assert not Call.objects.exists()
        assert not RecordFile.objects.exists()
        self.run(tmp_path / "r.csv")
        said = capsys.readouterr()
        assert Call.objects.count() == 3
        assert "r.csv, ligne 6 : début illisible" in said.err
        assert "appels repris                    3" in said.out
        assert "Numéro appelé sans ligne : « +33199009999 » (1)" in said.out

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"", "vide"), (b"%PDF", "un PDF"), (FILE[:49].encode(), "Aucun appel")],
    )
    def test_what_cannot_go_in(
        self,
        accueil: Service,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        content: bytes,
        said: str,
    ) -> None:
        (tmp_path / "r.csv").write_bytes(content)
        with pytest.raises(SystemExit, match="2"):
            self.run(tmp_path / "r.csv")
        assert said in capsys.readouterr().err

    def test_no_such_file(self, accueil: Service, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="2"):
            self.run(tmp_path / "absent.csv")

    @pytest.mark.skipif(not ASTERISK.exists(), reason=absent)
    def test_the_real_master(self, service: Service) -> None:
        """Six calls between two softphones: rings recounted by hand from the file."""
        make_line(service, "1234")
        make_line(service, "6789")
        for _twice in range(2):
            self.run(ASTERISK, kind="asterisk-cdr")
        calls = Call.objects.order_by("started_at")
        found = [(call.outcome, call.wait_ms) for call in calls]
        assert found == [
            ("agent", 18_000),
            ("abandoned", 30_000),
            ("agent", 4_000),
            ("agent", 7_000),
            ("abandoned", 18_000),
            ("agent", 3_000),
        ]

    @pytest.mark.skipif(not FREESWITCH.exists(), reason=absent)
    def test_the_real_freeswitch(
        self, service: Service, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Ten lines, eight calls: three lines are one call; six went to « & », no line of ours."""
        make_line(service, "1002")
        make_line(service, "1004")
        for _twice in range(2):
            self.run(FREESWITCH, kind="freeswitch-cdr")
        found = list(Call.objects.order_by("started_at").values_list("outcome", "wait_ms"))
        assert found == [("unanswered", 2_000), ("agent", 11_000)]
        assert "Numéro appelé sans ligne : « & » (6)" in capsys.readouterr().out
