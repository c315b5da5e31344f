"""The message types on the wire."""

from schema.messages import AWARENESS, NOTICE, QUERY_AWARENESS, SYNC, SYNC_STEP1, SYNC_STEP2, SYNC_UPDATE


def test_message_types_are_those_of_the_yjs_protocol_and_one_more() -> None:
    assert (SYNC, AWARENESS, QUERY_AWARENESS) == (0, 1, 3)
    assert (SYNC_STEP1, SYNC_STEP2, SYNC_UPDATE) == (0, 1, 2)
    assert NOTICE not in (SYNC, AWARENESS, 2, QUERY_AWARENESS)
