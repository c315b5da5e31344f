"""A real mail server on a free loopback port, that answers as a test wishes and keeps what it takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from server.mail.delivery import SmtpServer


@dataclass
class PostOffice:
    """rcpt, data: the answers to give, first to last; after that everything is taken.

    silent: say nothing when a recipient is named. thinks: take letters, but say so only once this is set. knocked: a
    recipient was named; arrived: a letter was taken.
    """

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)
    silent: bool = False
    thinks: asyncio.Event | None = None
    knocked: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.knocked.set()
        if self.silent:
            await asyncio.Event().wait()
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.arrived.set()
            if self.thinks is not None:
                await self.thinks.wait()
        return answer

    @property
    def server(self) -> SmtpServer:
        return SmtpServer("127.0.0.1", self.port, tls="none")

    @property
    def settings(self) -> dict[str, str]:
        """What a server's environment says of this one."""
        return {
            "SHARED_ORDER_SMTP_HOST": "127.0.0.1",
            "SHARED_ORDER_SMTP_PORT": str(self.port),
            "SHARED_ORDER_SMTP_SECURITY": "none",
        }

    @asynccontextmanager
    async def opened(self, port: int = 0, **options: Any) -> AsyncIterator["PostOffice"]:
        """Take mail until the block ends, on a free port or on the one given."""
        loop = asyncio.get_running_loop()
        protocols: list[SMTP] = []

        def protocol() -> SMTP:
            protocols.append(SMTP(self, hostname="post.example", loop=loop, **options))
            return protocols[-1]

        listener = await loop.create_server(protocol, "127.0.0.1", port)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            listener.close()
            for one in protocols:
                if one.transport is not None:
                    one.transport.close()
            await listener.wait_closed()


def refuse_sign_in(*_: Any) -> AuthResult:
    """Nobody's password is right."""
    return AuthResult(success=False, handled=False)
