"""Members of closed lists by plain names: looked up on its class, each costs as much as a row."""

from contacts.enums import Channel, CloseReason, Direction, Nature, ReplyKind, Verb
from surveys.enums import Mode, Privacy

GUICHET, PHONE, MAIL = Channel.GUICHET.value, Channel.PHONE.value, Channel.MAIL.value
EMAIL, ONLINE = Channel.EMAIL.value, Channel.ONLINE.value
CHANNELS = (GUICHET, PHONE, MAIL, EMAIL, ONLINE)
COUNTER = (GUICHET, PHONE)
SCREEN = (EMAIL, ONLINE)

INFORMATION, DEMARCHE = Nature.INFORMATION.value, Nature.DEMARCHE.value
RECLAMATION, SUGGESTION = Nature.RECLAMATION.value, Nature.SUGGESTION.value

ACKNOWLEDGEMENT = ReplyKind.ACKNOWLEDGEMENT.value
HOLDING, MERITS = ReplyKind.HOLDING.value, ReplyKind.MERITS.value
STOPPING = (HOLDING, MERITS)

ANSWERED, DUPLICATE = CloseReason.ANSWERED.value, CloseReason.DUPLICATE.value
WITHDRAWN, NO_ANSWER_NEEDED = CloseReason.WITHDRAWN.value, CloseReason.NO_ANSWER_NEEDED.value

INBOUND = Direction.INBOUND.value
LOGGED, REOPENED, TRANSFERRED = Verb.LOGGED.value, Verb.REOPENED.value, Verb.TRANSFERRED.value
MESSAGE, ITEMS_RECEIVED = Verb.MESSAGE.value, Verb.ITEMS_RECEIVED.value
REPLIED, CLOSED = Verb.REPLIED.value, Verb.CLOSED.value

LINK, QR = Mode.LINK.value, Mode.QR.value
PSEUDONYMOUS, ANONYMOUS = Privacy.PSEUDONYMOUS.value, Privacy.ANONYMOUS.value
