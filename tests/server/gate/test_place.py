import pytest

from server.gate.place import NOTE, Place, address_of, place_at


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (("client", "lines/a/quantity"), "client/lines/a/quantity"),
        (("client", ""), "client/"),
        (NOTE, "note"),
    ],
)
def test_a_place_is_found_again_by_its_address(place: Place, address: str) -> None:
    assert address_of(place) == address
    assert place_at(address) == place
