"""Attachments: what is let in, where it lies, who gets it back, what the antivirus said."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from contacts import actions, errors
from contacts.attachments import storage
from contacts.attachments.errors import NotAccepted
from contacts.attachments.naming import clean_name
from contacts.attachments.scanning import scan_due
from contacts.attachments.sweeping import remove_orphans
from contacts.attachments.uploads import receive
from contacts.enums import ScanState, Verb
from contacts.models import Attachment, Demande, Note, Reply
from directory.models import Agent, Service
from tests.contacts import clamd
from tests.contacts.files import (
    EXECUTABLE,
    PDF,
    add_attachment,
    bomb,
    docx,
    package,
    sent,
)
from tests.factories import NOW, make_demande

Login = Callable[[Agent], Client]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def demande(service: Service, media: Path) -> Demande:
    return make_demande(service)


@pytest.fixture
def antivirus(settings: Settings) -> Iterator[Any]:
    with clamd.running() as server:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def files_in(media: Path) -> list[Path]:
    return [one for one in media.rglob("*") if one.is_file()]


class TestWhatIsLetIn:
    @pytest.mark.parametrize(
        ("name", "content", "media_type"),
        [
            ("a.pdf", PDF, "application/pdf"),
            ("a.png", b"\x89PNG\r\n\x1a\n0", "image/png"),
            ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
            ("a.gif", b"GIF89a..", "image/gif"),
            ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            ("a.tif", b"II*\x00....", "image/tiff"),
            ("a.heic", b"\x00\x00\x00\x18ftypheic", "image/heic"),
            ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
            ("a.xls", OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
            ("a.txt", "Été\tà 10 h\r\n".encode("cp1252"), "text/plain"),
            ("a.csv", b"nom;ville\nRoux;Nantes", "text/csv"),
            ("a.eml", b"From: a@b.example\r\n\r\n<html>Bonjour", "message/rfc822"),
            (
                "a.odt",
                package({"mimetype": b"application/vnd.oasis.opendocument.text"}),
                "application/vnd.oasis.opendocument.text",
            ),
            (
                "a.docx",
                docx(),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
        ],
    )
    def test_a_known_kind_by_its_content(self, name: str, content: bytes, media_type: str) -> None:
        assert receive(sent(name, content)).media_type == media_type
        if media_type.startswith(("text", "message")):
            return
        assert receive(sent("sans extension", content)).media_type == media_type

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("vide.pdf", b"", "vide"),
            ("facture.pdf", EXECUTABLE, "pas accepté"),
            ("facture.txt", EXECUTABLE, "pas accepté"),
            ("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "pas accepté"),
            ("dessin.txt", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "pas accepté"),
            ("page.txt", b"Bonjour <script>alert(1)</script>", "pas accepté"),
            ("page.html", b"<!doctype html>", "pas accepté"),
            ("script.bat", b"del *.*", "pas accepté"),
            ("script.txt", b"#!/bin/sh\nrm -r /", "pas accepté"),
            ("archive.zip", package({"lettre.txt": b"Bonjour"}), "pas accepté"),
            ("archive.docx", package({"lettre.exe": EXECUTABLE}), "pas accepté"),
            ("lettre.docx", docx()[:-30], "abîmé"),
            ("lettre.docx", docx(**{"word/vbaProject.bin": b"x"}), "macros"),
            ("lettre.docx", bomb(), "démesuré"),
            ("installeur.msi", OLE + "Property".encode("utf-16-le"), "pas accepté"),
            ("lettre.eml", b"Bonjour, sans en-tete", "pas accepté"),
        ],
    )
    def test_everything_else_is_refused(self, name: str, content: bytes, said: str) -> None:
        with pytest.raises(NotAccepted) as refused:
            receive(sent(name, content))
        assert said in refused.value.messages[0]

    def test_too_many_members_are_refused(self) -> None:
        members = {f"word/{number}": b"" for number in range(10_001)}
        with pytest.raises(NotAccepted, match="démesuré"):
            receive(sent("a.docx", docx(**members)))

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("Lettre de M. Roux.pdf", "Lettre de M. Roux.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Users\\moi\\scan.PDF", "scan.PDF"),
            ("facture.exe", "facture.exe.pdf"),
            ("fac\u202efdp.exe", "fac fdp.exe.pdf"),
            ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie b.pdf"),
            ("\x00\x01", "piece.pdf"),
            ("...", "piece.pdf"),
            ("é" * 300 + ".pdf", "é" * 146 + ".pdf"),
        ],
    )
    def test_a_name_is_one_clean_line(self, typed: str, kept: str) -> None:
        assert clean_name(typed, (".pdf",)) == kept


class TestKeeping:
    def test_it_lies_under_a_name_of_our_own_in_its_organisation(
        self, demande: Demande, agent: Agent, media: Path
    ) -> None:
        attachment = add_attachment(demande, "Lettre de M. Roux.pdf", by=agent)
        [path] = files_in(media)
        assert path.read_bytes() == PDF
        assert str(path.relative_to(media)) == attachment.stored_as
        assert "Roux" not in attachment.stored_as
        assert f"/{demande.organisation.public_id}/" in attachment.stored_as
        assert path.stat().st_mode & 0o077 == 0o040
        assert (attachment.size, attachment.state) == (len(PDF), ScanState.NOT_SCANNED)
        assert demande.journal.get().details == {"names": ["Lettre de M. Roux.pdf"]}

    def test_sent_twice_it_is_kept_once(self, demande: Demande, agent: Agent, media: Path) -> None:
        for second in (0, 3):
            at = NOW + timedelta(seconds=second)
            actions.attach(demande, [receive(sent()), receive(sent())], by=agent, at=at)
        assert Attachment.objects.count() == len(files_in(media)) == 1

    def test_a_demande_has_ten_thousand_at_most(
        self, demande: Demande, agent: Agent, monkeypatch: pytest.MonkeyPatch, media: Path
    ) -> None:
        monkeypatch.setattr("contacts.actions.attaching.PER_DEMANDE", 1)
        add_attachment(demande, by=agent)
        with pytest.raises(errors.TooManyAttachments):
            add_attachment(demande, "autre.pdf", by=agent)
        assert Attachment.objects.count() == 1

    def test_undone_it_leaves_no_row_and_its_file_is_swept(
        self, demande: Demande, agent: Agent, media: Path
    ) -> None:
        kept = add_attachment(demande, by=agent)
        before = transaction.savepoint()
        add_attachment(demande, "perdue.pdf", by=agent)
        transaction.savepoint_rollback(before)
        assert Attachment.objects.get() == kept
        assert len(files_in(media)) == 2
        now = timezone.now()
        assert remove_orphans(now=now) == 0
        for path in files_in(media):
            os.utime(path, (0, 0))
        assert remove_orphans(now=now) == 1
        assert [str(one.relative_to(media)) for one in files_in(media)] == [kept.stored_as]

    def test_nothing_attached_nothing_to_sweep(self, media: Path, db: None) -> None:
        assert remove_orphans(now=timezone.now()) == 0

    def test_the_database_refuses_what_the_domain_refuses(
        self, demande: Demande, agent: Agent
    ) -> None:
        note = actions.add_note(demande, by=agent, at=NOW, text="À voir.")
        contact = demande.contacts.create(
            organisation=demande.organisation, channel="email", at=NOW
        )
        add_attachment(demande, by=agent)
        rows = Attachment.objects.all()
        for values, constraint in (
            ({"size": 0}, "attachment_not_empty"),
            ({"state": "trusted"}, "attachment_state"),
            ({"note": note, "contact": contact}, "attachment_of_one_entry"),
            ({"signature": "Virus"}, "attachment_signature_is_of_a_virus"),
        ):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                rows.update(**values)


class TestPages:
    def address(self, demande: Demande) -> str:
        return reverse("attachment_new", args=[demande.public_id])

    def test_attached_then_given_back_as_a_download(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        values = {"pieces": [sent("Été.pdf"), sent("b.txt", b"Bonjour")]}
        assert client.post(self.address(demande), values).status_code == 302
        shown = text_of(client.get(reverse("demande", args=[demande.public_id])))
        assert "Été.pdf" in shown
        assert "Antivirus non configuré" in shown
        attachment = Attachment.objects.get(name="Été.pdf")
        response = client.get(reverse("attachment", args=[attachment.public_id]))
        assert b"".join(response) == PDF
        assert response.headers["Content-Disposition"] == (
            "attachment; filename*=utf-8''%C3%89t%C3%A9.pdf"
        )
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response.headers["Cache-Control"] == "private, no-store"

    def test_each_wrong_file_is_told_by_its_name_and_nothing_is_kept(
        self, client_of: Login, agent: Agent, demande: Demande, media: Path
    ) -> None:
        files = [sent("bonne.pdf"), sent("vide.pdf", b""), sent("virus.pdf", EXECUTABLE)]
        response = client_of(agent).post(self.address(demande), {"pieces": files})
        assert response.status_code == 422
        told = response.context["form"].errors["pieces"]
        assert [one.split(" – ")[0] for one in told] == ["vide.pdf", "virus.pdf"]
        assert not files_in(media)

    def test_a_scan_that_is_too_large_is_refused_and_was_not_written_whole(
        self,
        client_of: Login,
        agent: Agent,
        demande: Demande,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
        written: list[int] = []

        def watched(file: Any) -> Any:
            written.append(Path(file.temporary_file_path()).stat().st_size)
            return receive(file)

        monkeypatch.setattr("contacts.forms.attaching.receive", watched)
        scan = SimpleUploadedFile("scan.pdf", PDF + bytes(5 * 1024 * 1024))
        response = client_of(agent).post(self.address(demande), {"pieces": [scan]})
        assert response.status_code == 422
        assert "scan.pdf – Ce fichier dépasse 1 Mo." in text_of(response)
        assert written[0] < 2 * 1024 * 1024

    def test_twenty_files_at_a_time(self, client_of: Login, agent: Agent, demande: Demande) -> None:
        files = [sent(f"{number}.pdf") for number in range(41)]
        response = client_of(agent).post(self.address(demande), {"pieces": files[:21]})
        assert response.status_code == 422
        assert "21 fichiers : envoyez-en 20 au plus à la fois." in text_of(response)
        response = client_of(agent).post(self.address(demande), {"pieces": files[21:]})
        assert response.status_code == 302

    def test_with_the_entry_it_came_with(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        today = str(timezone.localdate())
        client = client_of(agent)
        for name, values in (
            ("demande_message", {"channel": "email", "received_on": today, "text": "Voici."}),
            (
                "demande_reply",
                {"kind": "merits", "channel": "email", "replied_on": today, "keep_open": "on"},
            ),
            ("demande_note", {"text": "Scan."}),
        ):
            address = reverse(name, args=[demande.public_id])
            response = client.post(address, {**values, "pieces": [sent(f"{name}.pdf")]})
            assert response.status_code == 302, name
        by_name = {one.name: one for one in Attachment.objects.all()}
        assert by_name["demande_message.pdf"].contact == demande.contacts.get()
        assert by_name["demande_reply.pdf"].reply == Reply.objects.get()
        assert by_name["demande_note.pdf"].note == Note.objects.get()
        page = text_of(client.get(reverse("demande", args=[demande.public_id])))
        assert page.count("demande_note.pdf") == 2

    def test_a_refused_form_says_that_its_files_must_be_chosen_again(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        address = reverse("demande_note", args=[demande.public_id])
        response = client_of(agent).post(address, {"text": "", "pieces": [sent()]})
        assert "choisissez-les de nouveau" in text_of(response)

    def test_taken_away_it_is_marked_and_given_back_no_more(
        self, client_of: Login, agent: Agent, demande: Demande, media: Path
    ) -> None:
        attachment = add_attachment(demande)
        client = client_of(agent)
        address = reverse("attachment_remove", args=[attachment.public_id])
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 404
        assert client.get(reverse("attachment", args=[attachment.public_id])).status_code == 404
        assert len(files_in(media)) == 1
        assert demande.journal.filter(verb=Verb.DETACHED).count() == 1

    def test_a_file_that_was_lost_is_not_found(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        attachment = add_attachment(demande)
        storage.remove(attachment.stored_as)
        address = reverse("attachment", args=[attachment.public_id])
        assert client_of(agent).get(address).status_code == 404

    def test_who_no_longer_sees_the_demande_no_longer_gets_its_files(
        self, client_of: Login, agent: Agent, demande: Demande, other_service: Service
    ) -> None:
        attachment = add_attachment(demande)
        actions.transfer(demande, to_service=other_service, reason="Permis", by=agent, at=NOW)
        address = reverse("attachment", args=[attachment.public_id])
        assert client_of(agent).get(address).status_code == 404

    def test_many_are_listed_by_page_at_the_cost_of_one(
        self,
        client_of: Login,
        agent: Agent,
        demande: Demande,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(agent)
        address = reverse("demande_attachments", args=[demande.public_id])
        add_attachment(demande, by=agent)
        with django_assert_max_num_queries(100) as one:
            client.get(address)
        for number in range(55):
            add_attachment(demande, f"{number}.pdf", by=agent)
        with django_assert_max_num_queries(len(one)):
            response = client.get(address)
        assert len(response.context["page"].object_list) == 50


class TestAntivirus:
    def test_it_waits_then_is_found_clean(
        self, demande: Demande, agent: Agent, client_of: Login, antivirus: Any
    ) -> None:
        attachment = add_attachment(demande)
        address = reverse("attachment", args=[attachment.public_id])
        assert attachment.state == ScanState.WAITING
        assert client_of(agent).get(address).status_code == 403
        assert scan_due(now=NOW) == 1
        assert antivirus.received == PDF
        attachment.refresh_from_db()
        assert (attachment.state, attachment.scanned_at) == (ScanState.CLEAN, NOW)
        given = client_of(agent).get(address)
        assert given.status_code == 200
        assert b"".join(given) == PDF
        assert scan_due(now=NOW) == 0

    @pytest.mark.django_db(transaction=True)
    def test_a_virus_is_destroyed_and_told(
        self, service: Service, media: Path, agent: Agent, client_of: Login, antivirus: Any
    ) -> None:
        demande = make_demande(service)
        attachment = add_attachment(demande, content=PDF + clamd.VIRUS)
        scan_due(now=NOW)
        attachment.refresh_from_db()
        assert (attachment.state, attachment.signature) == (ScanState.INFECTED, "Test-Signature")
        assert not files_in(media)
        address = reverse("attachment", args=[attachment.public_id])
        assert client_of(agent).get(address).status_code == 403
        shown = text_of(client_of(agent).get(reverse("demande", args=[demande.public_id])))
        assert "Virus trouvé, fichier détruit" in shown
        assert "Test-Signature" in shown
        entry = demande.journal.get(verb=Verb.INFECTED)
        assert entry.details == {"name": "courrier.pdf", "signature": "Test-Signature"}

    @pytest.mark.parametrize("instead", [None, b"INSTREAM size limit exceeded. ERROR\0"])
    def test_without_a_verdict_it_is_tried_again_ever_later(
        self,
        demande: Demande,
        agent: Agent,
        client_of: Login,
        antivirus: Any,
        instead: bytes | None,
    ) -> None:
        antivirus.instead = instead
        attachment = add_attachment(demande)
        assert scan_due(now=NOW) == 0
        attachment.refresh_from_db()
        assert (attachment.state, attachment.attempts) == (ScanState.WAITING, 1)
        assert attachment.last_error
        assert attachment.next_try_at == NOW + timedelta(minutes=1)
        page = client_of(agent).get(reverse("demande", args=[demande.public_id]))
        assert "Analyse en attente" in text_of(page)
        antivirus.instead = b""
        assert scan_due(now=NOW) == 0
        assert scan_due(now=NOW + timedelta(minutes=1)) == 1

    def test_nobody_at_the_address(self, demande: Demande, settings: Settings) -> None:
        settings.CLAMD_URL = "unix:///nulle/part.ctl"
        attachment = add_attachment(demande)
        assert scan_due(now=NOW) == 0
        attachment.refresh_from_db()
        assert attachment.state == ScanState.WAITING

    def test_what_came_before_the_antivirus_is_scanned_once_it_is_there(
        self, demande: Demande, settings: Settings
    ) -> None:
        attachment = add_attachment(demande, content=PDF + clamd.VIRUS)
        assert scan_due(now=NOW) == 0
        assert attachment.is_readable
        with clamd.running() as server:
            settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
            assert scan_due(now=NOW) == 1
        attachment.refresh_from_db()
        assert not attachment.is_readable
