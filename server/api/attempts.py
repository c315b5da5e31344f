"""How often one may try to sign in or ask for a link, before having to wait.

check_attempts(call, "login", email)    # raises 429 too_many_attempts, with Retry-After; else counts one
excuse_attempts(call, "login", email)   # it succeeded: it was no attack
"""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

from server.http.endpoint import Call
from server.problem import Problem
from server.sentences import declare
from server.settings import Settings

WINDOW = 15 * 60
# One person mistyping is let off sooner than a whole office behind one address.
PER_PERSON = 10
PER_ADDRESS = 100

declare(
    {
        "too_many_attempts": (
            "Trop d’essais. Attendez {minutes} min, ou demandez un lien par courriel.",
            "Too many attempts. Wait {minutes} min, or ask for a sign-in link by e-mail.",
        )
    }
)


def check_attempts(call: Call, kind: str, whom: str) -> None:
    """Count an attempt; raise 429 when there have been too many, for this person or from this address."""
    seconds = wait(call, kind, whom)
    if seconds:
        minutes = -(-seconds // 60)
        raise Problem(429, "too_many_attempts", headers={"Retry-After": str(seconds)}, minutes=minutes)


def wait(call: Call, kind: str, whom: str) -> int:
    """Count an attempt and return 0, or return the seconds to wait before the next one."""
    throttle, at = call.services.throttle, call.services.clock()
    address = network(call.request, call.services.settings)
    keys = (((kind, whom, address), PER_PERSON), ((kind, address), PER_ADDRESS))
    seconds = max(throttle.wait(key, limit=limit, window=WINDOW, at=at) for key, limit in keys)
    if not seconds:
        for key, _ in keys:
            throttle.count(key, at)
    return seconds


def excuse_attempts(call: Call, kind: str, whom: str) -> None:
    """Forget the attempts of a person who succeeded, and one of his address."""
    address = network(call.request, call.services.settings)
    call.services.throttle.forget((kind, whom, address))
    call.services.throttle.excuse((kind, address))


def network(connection: HTTPConnection, settings: Settings) -> str:
    """Return the caller's address; for IPv6 his /64, which is what one household is given.

    Behind a proxy that is trusted it is the last address of X-Forwarded-For, which that proxy wrote itself; the
    ones before it are whatever the caller claimed.
    """
    host = connection.client.host if connection.client else ""
    if settings.trust_proxy:
        # Some proxies add a line of their own after the caller's: the last of all is the one that counts.
        claimed = connection.headers.getlist("x-forwarded-for") or [host]
        host = claimed[-1].rpartition(",")[2].strip()
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(address) if address.version == 4 else address.exploded[:19]
