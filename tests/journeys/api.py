"""A person's own session with the HTTP API, to prepare what a journey starts from."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from server.people.identity import COOKIE
from tests.connections import LIMITS, UNENCRYPTED


class Api:
    """Requests of one person. Every refusal is a failure of the test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=60, limits=LIMITS, verify=UNENCRYPTED)

    def close(self) -> None:
        self._client.close()

    @property
    def secret(self) -> str:
        """The session, for a browser or a program."""
        return self._client.cookies[COOKIE]

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def upload(self, path: str, name: str, content: bytes) -> None:
        answer = self._client.put(path, files={"file": (name, content)})
        assert answer.is_success, f"PUT {path}: {answer.status_code} {answer.text}"

    def sign_in(self, email: str, password: str) -> None:
        self.call("POST", "/api/login", {"email": email, "password": password})

    def accept(self, link: str, name: str, password: str) -> None:
        """Come in by an invitation's link and choose a password."""
        token = urlsplit(link).path.rpartition("/")[2]
        self.call("POST", f"/api/invitations/{token}", {"name": name})
        self.call("POST", "/api/me/password", {"password": password})
