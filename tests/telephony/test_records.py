"""Each format of call records: one call is one call, broken lines are told, nothing is guessed."""

from datetime import UTC, datetime

import pytest

from telephony.enums import Outcome, RecordFormat
from telephony.errors import UnusableFile
from telephony.records.reading import read_records
from telephony.records.values import CallRecord, Reading

HEAD = "identifiant;appele;appelant;debut;decroche;fin;attente;sonneries;issue"


def read(text: str | bytes, kind: str) -> Reading:
    return read_records(text.encode() if isinstance(text, str) else text, kind)


def only(reading: Reading) -> CallRecord:
    assert not reading.broken
    [call] = reading.calls
    return call


def told(call: CallRecord) -> tuple[Outcome, int | None, str]:
    return call.outcome, call.wait_ms, call.key


class TestAsteriskMaster:
    """cdr_custom (clid first) and cdr_csv (accountcode first, perhaps with linkedid)."""

    kind = RecordFormat.ASTERISK_CDR

    def custom(self, **given: str) -> str:
        values = {
            "clid": '"""Ana"" <0199001234>"', "src": "0199001234", "dst": "6789",
            "context": "default", "channel": "PJSIP/t-1", "dstchannel": "PJSIP/a-2",
            "lastapp": "Dial", "lastdata": "PJSIP/a", "start": "2026-06-01 10:00:00",
            "answer": "2026-06-01 10:00:18", "end": "2026-06-01 10:00:31", "duration": "31",
            "billsec": "13", "disposition": "ANSWERED", "ama": "DOCUMENTATION", "account": "",
            "uniqueid": "1690325492.2", "userfield": "", "sequence": "2", **given,
        }  # fmt: skip
        return ",".join(
            value if value.startswith('"') else f'"{value}"' for value in values.values()
        )

    def csv(self, linkedid: str = "", **given: str) -> str:
        values = {
            "account": "", "src": "0199001234", "dst": "6789", "context": "default",
            "clid": "0199001234", "channel": "PJSIP/t-1", "dstchannel": "PJSIP/a-2",
            "lastapp": "Dial", "lastdata": "PJSIP/a", "start": "2026-06-01 10:00:00",
            "answer": "2026-06-01 10:00:18", "end": "2026-06-01 10:00:31", "duration": "31",
            "billsec": "13", "disposition": "ANSWERED", "ama": "DOCUMENTATION",
            "uniqueid": "1690325492.2", "userfield": "", "peer": "", "linkedid": linkedid,
            "sequence": "2", **given,
        }  # fmt: skip
        return ",".join(f'"{value}"' for value in values.values())

    @pytest.mark.parametrize("layout", ["custom", "csv"])
    def test_the_wait_is_what_was_not_conversation(self, layout: str) -> None:
        call = only(read(getattr(self, layout)(), self.kind))
        assert told(call) == (Outcome.AGENT, 18_000, "1690325492.2")
        assert call.started_at == datetime(2026, 6, 1, 10)  # noqa: DTZ001
        assert (call.caller, call.called) == ("0199001234", ("6789",))

    @pytest.mark.parametrize(
        ("given", "outcome"),
        [
            ({"disposition": "NO ANSWER", "billsec": "0"}, Outcome.ABANDONED),
            ({"disposition": "BUSY", "billsec": "0"}, Outcome.UNANSWERED),
            ({"disposition": "FAILED", "billsec": "0"}, Outcome.UNANSWERED),
            ({"disposition": "CONGESTION", "billsec": "0"}, Outcome.UNANSWERED),
            ({"lastapp": "Queue", "lastdata": "accueil,t"}, Outcome.AGENT),
            ({"lastapp": "Playback"}, Outcome.VOICE_SERVER),
            ({"lastapp": "VoiceMail"}, Outcome.UNANSWERED),
        ],
    )
    def test_who_took_it(self, given: dict[str, str], outcome: Outcome) -> None:
        assert only(read(self.custom(**given), self.kind)).outcome == outcome

    def test_the_queue_is_a_called_name_too(self) -> None:
        call = only(read(self.custom(lastapp="Queue", lastdata="accueil,t,,300"), self.kind))
        assert call.called == ("6789", "accueil")

    def test_a_ring_group_is_one_call_by_its_linkedid(self) -> None:
        legs = [
            self.csv("1.0", uniqueid="1.0", disposition="NO ANSWER", duration="9", billsec="0"),
            self.csv("1.0", uniqueid="1.7", disposition="BUSY", duration="0", billsec="0"),
            self.csv("1.0", uniqueid="1.9", start="2026-06-01 10:00:09", duration="20",
                     billsec="12", end="2026-06-01 10:00:29"),
        ]  # fmt: skip
        reading = read("\n".join(legs), self.kind)
        assert told(only(reading)) == (Outcome.AGENT, 17_000, "1.0")
        assert reading.legs == 3

    def test_a_ring_group_without_linkedid_is_one_call_by_its_channel(self) -> None:
        missed = {"disposition": "NO ANSWER", "duration": "31", "billsec": "0"}
        legs = [self.custom(dstchannel="PJSIP/b-3", sequence="3", **missed), self.custom()]
        assert told(only(read("\n".join(legs), self.kind)))[:2] == (Outcome.AGENT, 18_000)

    def test_nobody_took_it_while_one_telephone_rang(self) -> None:
        legs = [
            self.custom(disposition="BUSY", duration="0", billsec="0"),
            self.custom(disposition="NO ANSWER", duration="24", billsec="0"),
        ]
        assert told(only(read("\n".join(legs), self.kind)))[:2] == (Outcome.ABANDONED, 24_000)

    def test_without_any_identifier_a_line_read_twice_is_one_call(self) -> None:
        lines = [self.custom(uniqueid="")] * 2 + [self.custom(uniqueid="", src="0199001235")]
        reading = read("\n".join(lines), self.kind)
        assert len(reading.calls) == 2
        assert all(call.key.startswith("sans-identifiant:") for call in reading.calls)

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("a,b,c", "3 valeurs"),
            ('"jamais refermé,1,2', "guillemet"),
            ("x," * 20, "aucune date de début"),
        ],
    )
    def test_a_broken_line_spoils_no_other(self, line: str, reason: str) -> None:
        reading = read("\n".join([self.custom(), line, self.custom(uniqueid="7.0")]), self.kind)
        [broken] = reading.broken
        assert (broken.number, len(reading.calls)) == (2, 2)
        assert reason in broken.reason

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ({"duration": "-3"}, "durée illisible"),
            ({"duration": "1e9"}, "durée illisible"),
            ({"duration": "99999"}, "durée illisible"),
            ({"billsec": "40"}, "conversation plus longue que l’appel"),
            ({"disposition": "PEUT-ÊTRE"}, "issue d’appel inconnue"),
            ({"end": "bientôt"}, "fin illisible"),
            ({"start": "2026-02-31 10:00:00"}, "début illisible"),
            ({"start": "1970-01-01 00:00:00"}, "hors des années"),
        ],
    )
    def test_a_wrong_cell_is_named(self, given: dict[str, str], reason: str) -> None:
        reading = read(self.custom(**given), self.kind)
        assert not reading.calls
        assert reason in reading.broken[0].reason

    def test_a_head_and_semicolons(self) -> None:
        line = self.custom().replace(",", ";")
        head = "clid;src;dst;dcontext;channel;dstchannel;lastapp;lastdata;start;answer;disposition"
        assert only(read(f"{head}\r\n{line}\r\n\r\n", self.kind)).line_number == 2


class TestAsteriskQueue:
    kind = RecordFormat.ASTERISK_QUEUE

    def log(self, *events: str) -> Reading:
        return read("\n".join(events), self.kind)

    @pytest.mark.parametrize(
        ("end", "outcome", "wait"),
        [
            ("1780300012|A.1|accueil|SIP/1|CONNECT|12|A.2|4", Outcome.AGENT, 12_000),
            ("1780300025|A.1|accueil|NONE|ABANDON|1|1|25", Outcome.ABANDONED, 25_000),
            ("1780300060|A.1|accueil|NONE|EXITWITHTIMEOUT|1|1|60", Outcome.UNANSWERED, 60_000),
            ("1780300030|A.1|accueil|NONE|EXITEMPTY|1|1|30", Outcome.UNANSWERED, 30_000),
            ("1780300007|A.1|accueil|NONE|EXITWITHKEY|2|1|1|7", Outcome.ABANDONED, 7_000),
        ],
    )
    def test_how_a_caller_leaves_the_queue(self, end: str, outcome: Outcome, wait: int) -> None:
        reading = self.log(
            "1780299990|NONE|NONE|NONE|QUEUESTART|",
            "1780300000|A.1|accueil|NONE|ENTERQUEUE||0199001234|1",
            "1780300003|A.1|accueil|SIP/9|RINGNOANSWER|3000",
            end,
        )
        call = only(reading)
        assert told(call) == (outcome, wait, "A.1")
        assert call.started_at == datetime(2026, 6, 1, 7, 46, 40, tzinfo=UTC)
        assert (call.called, call.caller) == (("accueil",), "0199001234")

    def test_two_queues_are_one_call_that_waited_in_both(self) -> None:
        call = only(
            self.log(
                "1780300000|A.1|accueil|NONE|DID|0199001200",
                "1780300000|A.1|accueil|NONE|ENTERQUEUE||0199001234|1",
                "1780300030|A.1|accueil|NONE|EXITWITHTIMEOUT|1|1|30",
                "1780300031|A.1|debord|NONE|ENTERQUEUE||0199001234|1",
                "1780300040|A.1|debord|SIP/1|CONNECT|9|A.2|4",
                "1780300100|A.1|debord|SIP/1|COMPLETECALLER|9|60|1",
            )
        )
        assert told(call) == (Outcome.AGENT, 40_000, "A.1")
        assert call.called == ("accueil", "debord", "0199001200")
        assert call.ended_at == datetime(2026, 6, 1, 7, 48, 20, tzinfo=UTC)

    def test_a_transfer_after_the_answer_changes_nothing(self) -> None:
        call = only(
            self.log(
                "1780300000|A.1|accueil|NONE|ENTERQUEUE||0199001234|1",
                "1780300004|A.1|accueil|SIP/1|CONNECT|4|A.2|4",
                "1780300034|A.1|accueil|SIP/1|BLINDTRANSFER|200|default|4|30|1",
                "1780300035|A.1|etat-civil|NONE|ENTERQUEUE||0199001234|1",
                "1780300095|A.1|etat-civil|NONE|ABANDON|1|1|60",
            )
        )
        assert told(call)[:2] == (Outcome.AGENT, 4_000)

    def test_a_call_still_waiting_comes_with_the_next_file(self) -> None:
        reading = self.log("1780300000|A.1|accueil|NONE|ENTERQUEUE||0199001234|1")
        assert (list(reading.calls), reading.unfinished) == ([], 1)

    def test_a_call_that_began_in_the_last_file(self) -> None:
        call = only(self.log("1780300012|A.1|accueil|SIP/1|CONNECT|12|A.2|4"))
        assert call.started_at == datetime(2026, 6, 1, 7, 46, 40, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("1780300000|A.1", "2 champs"),
            ("hier|A.1|accueil|NONE|ENTERQUEUE||0199001234|1", "horodatage illisible"),
            ("9999999999|A.1|accueil|NONE|ENTERQUEUE||0199001234|1", "horodatage hors"),
            ("1780300000|A.1|accueil|NONE|CONNECT|longtemps", "attente de CONNECT illisible"),
        ],
    )
    def test_broken_lines(self, line: str, reason: str) -> None:
        reading = self.log(line)
        assert not reading.calls
        assert reason in reading.broken[0].reason


class TestFreeSwitch:
    kind = RecordFormat.FREESWITCH_CDR

    def line(self, **given: str) -> str:
        values = {
            "name": "Ana", "number": "0199001234", "called": "1002", "context": "public",
            "start": "2026-06-01 10:00:00", "answer": "2026-06-01 10:00:11",
            "end": "2026-06-01 10:01:00", "duration": "60", "billsec": "49",
            "cause": "NORMAL_CLEARING", "uuid": "aaaa", "bleg": "", "account": "", "r": "PCMU",
            "w": "PCMU", **given,
        }  # fmt: skip
        return ",".join(f'"{value}"' for value in values.values())

    def test_answered(self) -> None:
        assert told(only(read(self.line(), self.kind))) == (Outcome.AGENT, 11_000, "aaaa")

    @pytest.mark.parametrize(
        ("cause", "outcome"),
        [
            ("ORIGINATOR_CANCEL", Outcome.ABANDONED),
            ("NO_ANSWER", Outcome.UNANSWERED),
            ("USER_BUSY", Outcome.UNANSWERED),
            ("NO_USER_RESPONSE", Outcome.UNANSWERED),
        ],
    )
    def test_missed(self, cause: str, outcome: Outcome) -> None:
        line = self.line(answer="", duration="30", billsec="0", cause=cause)
        assert told(only(read(line, self.kind)))[:2] == (outcome, 30_000)

    def test_both_legs_are_one_call_whichever_comes_first(self) -> None:
        first = self.line(bleg="bbbb")
        second = self.line(uuid="bbbb", start="2026-06-01 10:00:01", duration="59", called="1003")
        for lines in ([first, second], [second, first]):
            call = only(read("\n".join(lines), self.kind))
            assert told(call) == (Outcome.AGENT, 11_000, "aaaa")
            assert call.called == ("1002", "1003")

    def test_the_first_leg_says_why_nobody_answered(self) -> None:
        missed = {"answer": "", "billsec": "0", "duration": "30"}
        legs = [
            self.line(bleg="bbbb", cause="NO_ANSWER", **missed),
            self.line(uuid="bbbb", cause="ORIGINATOR_CANCEL", **missed),
        ]
        assert only(read("\n".join(legs), self.kind)).outcome == Outcome.UNANSWERED

    def test_one_identifier_is_one_call(self) -> None:
        assert len(read("\n".join([self.line()] * 3), self.kind).calls) == 1

    def test_legs_that_name_each_other_end(self) -> None:
        legs = [self.line(bleg="bbbb"), self.line(uuid="bbbb", bleg="aaaa")]
        assert read("\n".join(legs), self.kind).calls

    @pytest.mark.parametrize(
        ("given", "reason"), [({"uuid": ""}, "uuid"), ({"start": ""}, "début illisible")]
    )
    def test_broken(self, given: dict[str, str], reason: str) -> None:
        assert reason in read(self.line(**given), self.kind).broken[0].reason


class TestPlain:
    kind = RecordFormat.PLAIN

    @pytest.mark.parametrize(
        ("line", "outcome", "wait", "rings"),
        [
            ("0199001234;01/06/2026 10:00;;;12,5;;agent", Outcome.AGENT, 12_500, None),
            (";2026-06-01 10:00:00;2026-06-01 10:00:09;;;;", Outcome.AGENT, 9_000, None),
            (";01/06/2026 10h00;;;;4;Serveur vocal", Outcome.VOICE_SERVER, None, 4),
            (";01/06/2026 10:00;;01/06/2026 10:00:33;;;", Outcome.ABANDONED, 33_000, None),
            (";2026-06-01T10:00:00Z;;;0;;sans réponse", Outcome.UNANSWERED, 0, None),
        ],
    )
    def test_each_way_to_say_it(
        self, line: str, outcome: Outcome, wait: int | None, rings: int | None
    ) -> None:
        call = only(read(f"{HEAD}\n7;0199001200;{line}\n", self.kind))
        assert (call.outcome, call.wait_ms, call.rings_told) == (outcome, wait, rings)

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("7;;;01/06/2026 10:00;;;5;;agent", "numéro appelé absent"),
            ("7;1;;demain;;;5;;agent", "début illisible"),
            ("7;1;;01/06/2026 10:00;;;;;agent", "temps d’attente est inconnu"),
            ("7;1;;01/06/2026 10:00;01/06/2026 09:00;;;;", "avant le début"),
            ("7;1;;01/06/2026 10:00;;01/06/2026 09:00;5;;", "avant le début"),
            ("7;1;;01/06/2026 10:00;;;5;0;agent", "sonneries illisibles"),
            ("7;1;;01/06/2026 10:00;;;5;;fax", "issue inconnue"),
            ("7;1;;01/06/2026 10:00;01/06/2026 10:01;;;;abandon", "décroché et pourtant"),
            ("7;1;;01/06/2026 10:00;2026-06-01T10:01:00Z;;;;", "fuseaux différents"),
            ("7;1", "2 valeurs au lieu de 9"),
        ],
    )
    def test_each_way_to_be_wrong(self, line: str, reason: str) -> None:
        reading = read(f"{HEAD}\n{line}\n", self.kind)
        assert not reading.calls
        assert (reading.broken[0].number, reason in reading.broken[0].reason) == (2, True)

    def test_accents_and_capitals_of_the_head_do_not_matter(self) -> None:
        assert only(read("Début,APPELÉ,Attente,Issue\n2026-06-01 10:00,1,3,agent", self.kind))

    @pytest.mark.parametrize(
        ("head", "said"),
        [("a;b", "il manque : debut, appele"), ("debut;appele;debut", "deux fois")],
    )
    def test_a_head_that_is_none(self, head: str, said: str) -> None:
        with pytest.raises(UnusableFile, match=said):
            read(f"{head}\n1;2\n", self.kind)


class TestBytes:
    """What exchanges really write, and what is no record at all."""

    line = "é7;0199001200;;01/06/2026 10:00;;;5;;sans réponse"

    @pytest.mark.parametrize(
        "content",
        [
            f"{HEAD}\n{line}".encode(),
            f"{HEAD}\n{line}".encode("utf-8-sig"),
            b"\xef\xbb\xbf" + f"{HEAD}\n{line}".encode("latin-1"),
            f"{HEAD}\r\n{line}".encode("cp1252"),
            f"{HEAD}\r{line}".encode("utf-16"),
            f"{HEAD}\n{line}\x81".encode("latin-1"),
        ],
        ids=["utf-8", "utf-8 with a BOM", "Latin-1 with a BOM", "cp1252", "utf-16", "latin-1"],
    )
    def test_encodings(self, content: bytes) -> None:
        reading = read(content, RecordFormat.PLAIN)
        found = [call.key for call in reading.calls] or [one.reason for one in reading.broken]
        assert "é7" in found[0] or "réponse" in found[0]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "vide"),
            (b"\xef\xbb\xbf \r\n", "vide"),
            (b"%PDF-1.7 ...", "un PDF"),
            (b"PK\x03\x04....", "un classeur Excel"),
            (b"debut;appele\n\x00\x01\x02", "octets nuls"),
            (b"\xff\xfe\x00", "UTF-16"),
            (b"a" * (25 * 1024 * 1024 + 1), "25 Mo"),
        ],
        ids=["empty", "blank", "pdf", "xlsx", "nul", "not utf-16", "too big"],
    )
    def test_not_a_record(self, content: bytes, said: str) -> None:
        with pytest.raises(UnusableFile) as refusal:
            read(content, RecordFormat.PLAIN)
        assert said in str(refusal.value)

    def test_a_line_too_long(self) -> None:
        reading = read(f"{HEAD}\n{'x' * 20_001}", RecordFormat.PLAIN)
        assert "20 000" in reading.broken[0].reason
