import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

import server.people.passwords
from server.people.passwords import hash_password, hash_password_now, verify_password
from tests.server.house import House

pytestmark = pytest.mark.anyio
PASSWORD = "Trois petits chats 7"
# Read before any test runs: while tests run, a cheaper one stands in for it (tests/conftest.py).
OF_THE_PRODUCT = server.people.passwords._HASHER


async def test_of_a_password_an_argon2id_hash_with_its_own_salt_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Parameters are at least those of RFC 9106's second choice: 64 MiB, three passes."""
    monkeypatch.setattr(server.people.passwords, "_HASHER", OF_THE_PRODUCT)
    kept = [await hash_password(PASSWORD), await hash_password(PASSWORD), hash_password_now(PASSWORD)]
    assert len(set(kept)) == 3
    for each in kept:
        assert PASSWORD not in each
        parameters = extract_parameters(each)
        assert parameters.type is Type.ID
        assert parameters.memory_cost >= 65_536
        assert parameters.time_cost >= 3
        assert parameters.salt_len >= 16
        assert await verify_password(each, PASSWORD)
        assert not await verify_password(each, f"{PASSWORD} ")
    assert not await verify_password(None, "nobody has this password")
    assert not await verify_password("plain", "plain")


async def test_a_password_that_is_chosen_is_kept_as_its_hash_alone(house: House) -> None:
    async with house.client_for("luc") as luc:
        choice = {"current": "demo", "password": PASSWORD}
        assert (await luc.post("/api/me/password", json=choice)).status_code == 204
    kept = house.person("luc").password_hash
    assert kept is not None
    assert kept.startswith("$argon2id$")
