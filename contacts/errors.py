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


class AlreadyAnswered(Refusal):
    message = _("Cette demande a déjà reçu sa réponse au fond.")


class DemandeIsClosed(Refusal):
    message = _("Cette demande est close ; un nouveau message de l’usager peut la rouvrir.")


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
