"""The loop that empties the outbox: several may run at once, in one process or in many."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Final, assert_never

import structlog
from prometheus_client import Counter

from persistence import outbox
from persistence.clock import Clock
from persistence.clock import now as present
from persistence.database import Database
from persistence.outbox import Claim
from server.mail.delivery import Failed, Outcome, Refused, Sent, SmtpServer, deliver
from server.mail.mime import UnsendableMail, mime_of
from server.mail.retry import ATTEMPTS, delay_after
from server.settings import Settings

BATCH: Final = 5
"""Mails on their way at once; all of them end long before their claims lapse."""

STOOD_STILL: Final = outbox.CLAIM_TIMEOUT / 2
"""When a machine was asleep for so long while it took mails, another may have them in hand by now, or soon: they are
left until the claim lapses. One that sleeps later finds its conversation with the mail server over."""

POLL_SECONDS: Final = 30.0
FAREWELL_SECONDS: Final = 10.0
KEEP_FINISHED: Final = timedelta(days=30)

MAILS: Final = Counter("shared_order_mails_total", "Attempts to send a mail, by how they ended", ["outcome"])
for _outcome in ("sent", "postponed", "given_up"):  # a counter that is first seen at 1 has not risen
    MAILS.labels(_outcome)
_log = structlog.get_logger(__name__)

Deliver = Callable[[EmailMessage], Awaitable[Outcome]]


class Sender:
    """Sends what is due, then waits to be woken or for the next poll.

    clock: the present, in UTC. chance: 0 to 1, spreads the retries. delivery: how a message is handed over.
    """

    def __init__(
        self,
        db: Database,
        mail_from: str,
        delivery: Deliver,
        *,
        clock: Clock = present,
        chance: Callable[[], float] = random.random,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._db = db
        self._mail_from = mail_from
        self._deliver = delivery
        self._clock = clock
        self._chance = chance
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()
        self._stopping = False
        self._forget_at: datetime | None = None

    def wake(self) -> None:
        """Look for mails now. Called on the event loop; `run` calls it after every commit of this process."""
        self._woken.set()

    def stop(self) -> None:
        """Let `run` end once the mails on their way are answered; cut short, they would go out again."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped. A failing database stops nothing: the next poll tries again."""
        loop = asyncio.get_running_loop()
        with outbox.told_of_commits(partial(loop.call_soon_threadsafe, self.wake)):
            while not self._stopping:
                try:
                    await self.send_due()
                    await self._forget_old()
                except Exception:
                    _log.exception("mail_loop_failed")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._poll_seconds)
                self._woken.clear()

    async def send_due(self) -> int:
        """Try every mail that is due now, once; returns how many attempts were made."""
        attempts = 0
        while not self._stopping:
            at = self._clock()
            claims = await self._db.write(outbox.claim_due, at, BATCH)
            if self._clock() - at >= STOOD_STILL:
                continue
            ends = await asyncio.gather(*(self._send(claim) for claim in claims), return_exceptions=True)
            for fault in ends:
                if fault is not None:
                    raise fault
            attempts += len(claims)
            if len(claims) < BATCH:
                break
        return attempts

    async def _send(self, claim: Claim) -> None:
        if claim.attempt > ATTEMPTS:  # every process that claimed it died
            await self._give_up(claim, "no attempt ever ended")
            return
        try:
            outcome = await self._deliver(mime_of(claim, self._mail_from))
        except UnsendableMail as fault:
            outcome = Refused(str(fault))
        match outcome:
            case Sent():
                await self._db.write(outbox.mark_sent, claim, self._clock())
                MAILS.labels("sent").inc()
            case Refused(error):
                await self._give_up(claim, error)
            case Failed(error):
                await self._retry(claim, error)
            case _:
                assert_never(outcome)

    async def _retry(self, claim: Claim, error: str) -> None:
        delay = delay_after(claim.attempt, self._chance())
        if delay is None:
            await self._give_up(claim, error)
            return
        await self._db.write(outbox.postpone, claim, error, self._clock() + delay)
        MAILS.labels("postponed").inc()
        self._tell("mail_postponed", claim, error)

    async def _give_up(self, claim: Claim, error: str) -> None:
        await self._db.write(outbox.give_up, claim, error)
        MAILS.labels("given_up").inc()
        self._tell("mail_given_up", claim, error)

    def _tell(self, event: str, claim: Claim, error: str) -> None:
        _log.warning(
            event,
            mail=claim.id,
            kind=claim.message.kind,
            order=claim.message.order_id,
            attempts=claim.attempt,
            error=error,
        )

    async def _forget_old(self) -> None:
        """Once a day: mails hold names, prices and links, so finished ones are not kept for ever."""
        now = self._clock()
        if self._forget_at is not None and now < self._forget_at:
            return
        await self._db.write(outbox.forget_finished, now - KEEP_FINISHED)
        self._forget_at = now + timedelta(days=1)


@asynccontextmanager
async def sending(db: Database, settings: Settings) -> AsyncIterator[None]:
    """Send mails while the block runs; without a mail server they stay in the outbox."""
    if not settings.smtp_host:
        _log.info("mails_stay_in_the_outbox")
        yield
        return
    server = smtp_server(settings)
    sender = Sender(db, settings.mail_from, lambda message: deliver(server, message))
    task = asyncio.create_task(sender.run(), name="mail sender")
    try:
        yield
    finally:
        sender.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(task, FAREWELL_SECONDS)


def smtp_server(settings: Settings) -> SmtpServer:
    """The mail server that the settings name."""
    return SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user or None,
        settings.smtp_password or None,
    )
