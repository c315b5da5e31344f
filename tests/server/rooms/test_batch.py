"""What gathers until a commit."""

import pytest

from server.gate.author import Author
from server.gate.outcome import Change, Outcome
from server.rooms.batch import Batch
from tests.server.rooms.test_visitor import visitor

pytestmark = pytest.mark.anyio

ANNA = Author("anna", "Anna", "client", "client")
MARC = Author("marc", "Marc", "client", "client")


async def test_what_one_person_types_into_the_note_meanwhile_is_one_change() -> None:
    """Each row holds the whole note, twice: who types fast would fill the disk. Nobody's words become another's."""
    batch, reader, note = Batch("order", 1), visitor(), ""
    for author, letters in ((ANNA, "abc"), (MARC, "de"), (ANNA, "f")):
        for letter in letters:
            before, note = note, note + letter
            cell = Change(("client", "reference"), before, note)
            batch.take(Outcome(None, changes=[Change(("note", None), before, note), cell]), author, reader)
    typed = [(row.before, row.after, row.author) for row in batch.trail if row.cell == "note"]
    assert typed == [("", "abc", ANNA), ("abc", "abcde", MARC), ("abcde", "abcdef", ANNA)]
    assert sum(row.cell == "client/reference" for row in batch.trail) == 6
