"""Refusals of the domain: named, in French, and tied to the field that can mend them."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal as Refusal


class ReceivedInFuture(Refusal):
    message = _("La date de réception est dans le futur.")
    field = "received_on"


class ReceivedTooLongAgo(Refusal):
    message = _("La date de réception est antérieure à l’an 2000.")
    field = "received_on"


class LetterAfterReceipt(Refusal):
    message = _("La lettre est datée d’après sa réception.")
    field = "letter_on"


class ReplyBeforeReceipt(Refusal):
    message = _("La réponse est datée d’avant la réception de la demande.")
    field = "replied_on"


class ReplyInFuture(Refusal):
    message = _("La réponse est datée dans le futur.")
    field = "replied_on"


class AnnouncedDateMissing(Refusal):
    message = _("Une réponse d’attente donne une date : indiquez la date annoncée à l’usager.")
    field = "announced_on"


class AnnouncedDatePassed(Refusal):
    message = _("La date annoncée précède la réponse.")
    field = "announced_on"


class AnnouncedDateTooFar(Refusal):
    message = _("La date annoncée est trop lointaine pour le calendrier du service.")
    field = "announced_on"


class SomeoneWasFirst(Refusal):
    """A refusal that begins with who did it and when, if the journal knows."""

    def __init__(self, told: str = "") -> None:
        super().__init__()
        self.told = told

    def __str__(self) -> str:
        return f"{self.told} {super().__str__()}".strip()


class AlreadyAnswered(SomeoneWasFirst):
    message = _("Cette demande a déjà reçu sa réponse au fond.")


class DemandeIsClosed(SomeoneWasFirst):
    message = _("Cette demande est close ; un nouveau message de l’usager peut la rouvrir.")


class DemandeHasMoved(SomeoneWasFirst):
    message = _(
        "Rien n’a été enregistré de votre côté : relisez ce que vous avez saisi, puis enregistrez "
        "de nouveau."
    )


class AlreadyTaken(SomeoneWasFirst):
    message = _("Cette demande est déjà attribuée.")


class NobodyOfThatName(Refusal):
    message = _(
        "Aucun agent de votre organisation ne porte ce nom : « @%(name)s ». Écrivez le prénom et "
        "le nom tels qu’ils figurent dans l’annuaire."
    )
    field = "text"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name.strip()

    def __str__(self) -> str:
        return super().__str__() % {"name": self.name}


class CannotSeeTheDemande(Refusal):
    message = _(
        "Cette demande n’est pas d’un service de : %(names)s. Retirez cette mention, ou transférez "
        "d’abord la demande."
    )

    def __init__(self, names: str, *, field: str) -> None:
        super().__init__()
        self.names, self.field = names, field

    def __str__(self) -> str:
        return super().__str__() % {"names": self.names}


class NotOnThisService(Refusal):
    message = _("Cet agent ne traite pas les demandes de ce service.")
    field = "agent"


class LaterRoundExists(Refusal):
    message = _("Cette demande a déjà été rouverte : ajoutez le message à sa dernière ouverture.")


class SameService(Refusal):
    message = _("La demande est déjà dans ce service.")
    field = "to_service"


class KeyTaken(Refusal):
    message = _(
        "Ce formulaire a déjà servi pour une autre saisie : vérifiez celle-ci, puis enregistrez-la."
    )


class MessageBeforeReceipt(Refusal):
    message = _("Le message est daté d’avant la réception de la demande.")
    field = "received_on"


class NoItemsRequested(Refusal):
    message = _("Aucune pièce n’a été demandée à l’usager pour cette demande.")


class NotInTheRegister(Refusal):
    message = _(
        "Cette demande n’est ni une réclamation ni une suggestion : requalifiez-la d’abord."
    )


class CategoryOfAnother(Refusal):
    message = _("Cette catégorie n’appartient pas à cette famille.")
    field = "category"


class SameNature(Refusal):
    message = _("La demande a déjà cette nature.")
    field = "nature"


class NatureChangedMeanwhile(Refusal):
    message = _("Cette demande a été requalifiée entre-temps : vérifiez sa nature actuelle.")
    field = "nature"


class AcknowledgementNotOwed(Refusal):
    message = _("Cet accusé de réception n’est prévu que pour une réclamation.")


class AcknowledgementIncomplete(Refusal):
    message = _(
        "L’accusé de réception doit donner l’adresse postale et le téléphone du service : un "
        "administrateur doit d’abord les inscrire sur la fiche du service."
    )


class NoAddressToWriteTo(Refusal):
    message = _("L’usager n’a pas d’adresse électronique : imprimez l’accusé de réception.")
    field = "way"


class IdentityEmpty(Refusal):
    message = _("Une fiche garde au moins un nom, une adresse électronique ou un téléphone.")
    field = "full_name"


class UsagerChanged(Refusal):
    message = _(
        "Cette fiche a été modifiée pendant ce temps : vérifiez ce qui suit, puis enregistrez de "
        "nouveau."
    )


class UsagerMerged(Refusal):
    message = _("Cette fiche vient d’être réunie avec une autre.")


class ConsentGiven(Refusal):
    message = _("Ce consentement est déjà donné.")
    field = "kind"


class ConsentNotGiven(Refusal):
    message = _("Ce consentement n’est pas donné : il n’y a rien à retirer.")
    field = "kind"


class MergedWithItself(Refusal):
    message = _("Une fiche ne se réunit pas avec elle-même : choisissez-en une autre.")


class MergeTooOld(Refusal):
    message = _(
        "Cette réunion ne peut plus être défaite : la fiche a été modifiée depuis, ou la réunion "
        "est déjà défaite."
    )


class TooManyAttachments(Refusal):
    message = _(
        "Cette demande a déjà presque 10 000 pièces jointes : retirez-en, ou joignez ces fichiers "
        "à une autre demande du même usager."
    )
    field = "pieces"


class NoAddress(Refusal):
    message = _("L’usager n’a pas d’adresse électronique : dites comment il est averti autrement.")
    field = "told"


class ForwardingUntold(Refusal):
    message = _("Écrivez ce que l’usager reçoit : il doit savoir à qui sa demande est transmise.")
    field = "text"


class UnitedOutside(Refusal):
    message = _("Deux demandes d’organisations différentes ne se réunissent pas.")
    field = "reference"


class UnitedWithItself(Refusal):
    message = _("C’est la référence de cette demande : donnez celle de l’autre.")
    field = "reference"


class UnitedClosed(SomeoneWasFirst):
    message = _("Une demande close ne se réunit pas avec une autre.")
    field = "reference"


class OtherUsager(Refusal):
    message = _("Ces deux demandes ne sont pas du même usager.")
    field = "reference"


class NoSuchDemande(Refusal):
    message = _("Aucune demande de vos services ne porte cette référence.")
    field = "reference"


class NotUnited(Refusal):
    message = _("Cette demande n’est réunie avec aucune autre.")


class UnitedElsewhere(Refusal):
    message = _(
        "Cette demande a été réunie avec la demande %(reference)s : ajoutez-y ce message, ou "
        "séparez-les d’abord."
    )

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference

    def __str__(self) -> str:
        return super().__str__() % {"reference": self.reference}
