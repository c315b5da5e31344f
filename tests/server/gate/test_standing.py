"""G5: whose write over a value is late, read from what stands at its key."""

import pytest

from server.gate.index import Index
from server.gate.standing import ALIASES_LIMIT, NOTHING, OF_EACH_LIMIT, PAST_LIMIT, Standing, remembered
from server.yjs.structs import Id

SERVER, ANNA, PAUL = 2**40, 7, 9
OWNERS = {SERVER: "server", ANNA: "u-anna", PAUL: "u-paul"}
PLACE = ("client", "lines/a/quantity")
FIRST_MEND = 10


def test_a_value_that_is_restated_stands_for_its_earlier_entries() -> None:
    standing = Standing((ANNA, 0)).still((SERVER, 0)).still((SERVER, 1), (PAUL, 0))
    assert standing == Standing((SERVER, 1), ((ANNA, 0), (SERVER, 0), (PAUL, 0)))
    assert standing.stood == ((ANNA, 0), (SERVER, 0), (PAUL, 0), (SERVER, 1))


def test_what_was_written_anew_at_once_is_an_alias_of_the_present_value() -> None:
    standing = Standing((ANNA, 0)).still((SERVER, 0), (PAUL, 0)).but_restated((PAUL, 0), (PAUL, 1))
    assert standing.restated == ((PAUL, 0),)
    assert standing.but_restated((PAUL, 0)) == standing
    assert standing.still((SERVER, 1)).restated == ((PAUL, 0),)
    assert standing.changed((ANNA, 1)).restated == ()


def test_no_entry_is_an_alias_of_itself() -> None:
    assert Standing((ANNA, 0)).still((ANNA, 0)) == Standing((ANNA, 0))
    assert NOTHING.changed((ANNA, 0), (ANNA, 0)) == Standing((ANNA, 0))


def test_another_value_remembers_under_which_entries_the_earlier_one_stood() -> None:
    standing = Standing((ANNA, 0)).still((SERVER, 0)).changed((ANNA, 1), (PAUL, 3))
    assert standing == Standing((ANNA, 1), ((PAUL, 3),), (((ANNA, 0), (SERVER, 0)),))
    assert standing.late((PAUL, 5), (PAUL, 6)).past[1:] == (((PAUL, 5), (PAUL, 6)),)
    assert standing.late() == standing


def test_the_past_is_bounded_and_keeps_what_is_newest() -> None:
    standing = Standing((ANNA, 0))
    for clock in range(1, PAST_LIMIT + 3):
        standing = standing.changed((ANNA, clock))
    assert standing.past == tuple(((ANNA, clock),) for clock in range(2, PAST_LIMIT + 2))


def test_nothing_is_known_of_the_past_of_a_value_whose_aliases_are_not_all_listed() -> None:
    assert Standing((ANNA, 0), past=(((PAUL, 0),),), since=((SERVER, 4),)).changed((ANNA, 1)) == Standing(
        (ANNA, 1)
    )


@pytest.mark.parametrize(
    ("standing", "knows"),
    [
        (Standing((ANNA, 0)), False),
        (Standing((ANNA, 0), aliases=((SERVER, 0),)), True),
        (Standing((ANNA, 0), past=(((SERVER, 0),),)), True),
        (Standing((ANNA, 0), since=((SERVER, 0),)), True),
    ],
)
def test_what_the_document_does_not_tell_is_kept_when_an_order_is_folded(
    standing: Standing, knows: bool
) -> None:
    assert standing.knows_more is knows


def flooded(mends: int) -> Standing:
    """Anna's value, restated by the server after each of Paul's refused writes."""
    standing = Standing((ANNA, 0))
    for clock in range(mends):
        standing = standing.still((SERVER, FIRST_MEND + clock), (PAUL, clock))
    return standing


def test_aliases_are_listed_whole_up_to_their_limit() -> None:
    full = flooded(ALIASES_LIMIT // 2)
    assert len(full.aliases) == ALIASES_LIMIT
    assert full.bounded(OWNERS) == full


def test_beyond_it_stay_the_value_s_own_entry_and_the_latest_of_each_author() -> None:
    bounded = flooded(ALIASES_LIMIT).bounded(OWNERS)
    of = {client: [clock for each, clock in bounded.aliases if each == client] for client in OWNERS}
    assert bounded.aliases[0] == (ANNA, 0)
    assert of[PAUL] == list(range(ALIASES_LIMIT - OF_EACH_LIMIT, ALIASES_LIMIT))
    assert len(of[SERVER]) == OF_EACH_LIMIT
    assert of[ANNA] == [0]
    assert bounded.since == ((SERVER, FIRST_MEND),)
    restated = flooded(ALIASES_LIMIT).but_restated((PAUL, 0), (PAUL, ALIASES_LIMIT - 1))
    assert restated.bounded(OWNERS).restated == ((PAUL, ALIASES_LIMIT - 1),)


def test_from_which_of_the_server_s_entries_on_all_are_aliases_is_never_forgotten() -> None:
    standing = flooded(ALIASES_LIMIT).bounded(OWNERS)
    for clock in range(ALIASES_LIMIT, 2 * ALIASES_LIMIT):
        standing = standing.still((SERVER, FIRST_MEND + clock), (PAUL, clock))
    assert standing.bounded(OWNERS).since == ((SERVER, FIRST_MEND),)


def test_who_saw_any_mend_had_seen_the_value_however_many_there_were() -> None:
    index = Index(SERVER, OWNERS)
    index.stand(PLACE, Standing((SERVER, 300), tuple((SERVER, clock) for clock in range(4, 300))))
    assert index.seen(PLACE, (SERVER, 4))
    assert index.seen(PLACE, (SERVER, 100))
    assert index.seen(PLACE, (SERVER, 300))
    assert not index.seen(PLACE, (SERVER, 3))
    assert not index.seen(PLACE, (PAUL, 100))
    assert not index.seen(PLACE, None)


def test_where_nothing_stands_only_who_wrote_over_nothing_has_seen_it() -> None:
    index = Index(SERVER, OWNERS)
    assert index.seen(PLACE, None)
    assert not index.seen(PLACE, (ANNA, 0))


def recalled(standing: Id | None, *aliases: tuple[Id, Id], restated: Id | None = None) -> list[Standing]:
    """What is known of one cell after a load; aliases: an entry, and the one that stands for it. restated: the entry
    that was written anew at once."""
    kept = [
        ("client/reference", f"{entry[0]}:{entry[1]}", f"{stands[0]}:{stands[1]}", entry == restated)
        for entry, stands in aliases
    ]
    return [found for _, found in remembered(kept, lambda _: Standing(standing))]


def test_what_is_kept_of_aliases_is_known_again_after_a_load() -> None:
    mend, again = (SERVER, 0), (SERVER, 1)
    kept = [((ANNA, 0), mend), (mend, again), ((PAUL, 4), mend), ((PAUL, 5), (SERVER, 9))]
    assert recalled(again, *kept) == [Standing(again, ((ANNA, 0), mend, (PAUL, 4)))]
    assert recalled(again, *kept, restated=(PAUL, 4))[0].restated == ((PAUL, 4),)
    assert recalled(again, *kept, restated=(PAUL, 5))[0].restated == (), "it is of what stands no longer"
    assert recalled(None, *kept) == []


def test_aliases_that_lead_round_in_a_circle_end() -> None:
    anna, paul, mend = (ANNA, 0), (PAUL, 0), (SERVER, 0)
    circles = [(anna, mend), (mend, anna), (paul, anna), (anna, paul)]
    assert recalled(mend, *circles) == [Standing(mend, (anna, paul))]
