"""What a committed batch is to each visitor: what changed, what was refused him, and how far he is saved."""

from collections import defaultdict
from collections.abc import Collection

from server.rooms import notices
from server.rooms.batch import Batch
from server.rooms.visitor import Visitor
from server.yjs import envelope


def news_of(batch: Batch, visitors: Collection[Visitor]) -> dict[Visitor, list[bytes]]:
    """The messages for each, in their order. A refusal is told once to every connection of its author, and what changed
    not to who sent all of it."""
    news: defaultdict[Visitor, list[bytes]] = defaultdict(list)
    if batch.merged is not None:
        message, known_to = envelope.update(batch.merged), batch.known_to
        for visitor in visitors:
            if visitor.synced and visitor is not known_to:
                news[visitor].append(message)
    for told in batch.refusals:
        for visitor in visitors:
            if visitor.author.user_id == told.author.user_id and visitor.is_news(told.id):
                news[visitor].append(notices.refused(told, visitor.language))
    for visitor, through in batch.acknowledged.items():
        news[visitor].append(envelope.saved(through))
    return news
