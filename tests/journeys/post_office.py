"""A real mail server on a free loopback port, in a thread of its own, and the letters that it was given."""

import re
import socket
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Condition

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostOffice:
    """Takes every letter; whoever waits for one is woken when it comes."""

    def __init__(self) -> None:
        self._letters: list[EmailMessage] = []
        self._arrived = Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def open(self) -> None:
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        with self._arrived:
            self._letters.append(letter)
            self._arrived.notify_all()
        return "250 OK"

    def letter(self, to: str, *said: str) -> EmailMessage:
        """The newest letter to this person whose subject says all of `said`; wait for it if need be."""
        found = self._until(lambda: [one for one in self._letters if is_to(one, to, said)])
        return found[-1]

    def letter_with(self, link: str, to: str) -> EmailMessage:
        """The newest letter to this person with a link that begins so: several installations may share the office."""
        found = self._until(
            lambda: [one for one in self._letters if is_to(one, to, ()) and link in text_of(one)]
        )
        return found[-1]

    def _until(self, look: Callable[[], list[EmailMessage]]) -> list[EmailMessage]:
        with self._arrived:
            came = self._arrived.wait_for(lambda: bool(look()), PATIENCE_SECONDS)
            kept = [f"{one['To']}: {one['Subject']}" for one in self._letters]
            assert came, f"No such letter came. These did: {kept}"
            return look()


def is_to(letter: EmailMessage, to: str, said: tuple[str, ...]) -> bool:
    """Whether a letter is addressed to somebody and its subject says each of these."""
    subject = str(letter["Subject"])
    return to in str(letter["To"]) and all(word in subject for word in said)


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter, spaces of every kind made plain."""
    body = letter.get_body(("plain",))
    assert body is not None
    return re.sub(r"[\u00a0\u202f]", " ", str(body.get_content()))


def link_in(letter: EmailMessage) -> str:
    """The one link of a letter; it must have no other."""
    links: set[str] = set(re.findall(r"https?://\S+", text_of(letter)))
    assert len(links) == 1, f"One link was expected: {links}"
    return links.pop()
