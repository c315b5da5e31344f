import asyncio
from dataclasses import replace
from ssl import SSLCertVerificationError
from typing import Any

import pytest
from aiosmtplib import SMTPConnectError, SMTPSenderRefused

from server.mail.delivery import Failed, Outcome, Refused, Sent, SmtpServer, deliver, outcome_of
from server.mail.mime import mime_of
from tests.server.mail.post import PostOffice, refuse_sign_in
from tests.server.mail.test_mime import FROM, claim_of
from tests.server.mail.test_order import changed_and_sent


def outcome_at(office: PostOffice, **changes: object) -> Outcome:
    async def hand_over() -> Outcome:
        async with office.opened():
            server = replace(office.server, **changes)  # type: ignore[arg-type]  # any of its fields
            return await deliver(server, mime_of(claim_of(changed_and_sent("fr")), FROM))

    return asyncio.run(hand_over())


def test_a_mail_that_the_server_takes_arrives_whole() -> None:
    office = PostOffice()
    assert outcome_at(office) == Sent()
    (letter,) = office.letters
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == changed_and_sent("fr").text


@pytest.mark.parametrize(
    ("office", "outcome"),
    [
        (PostOffice(rcpt=["451 4.7.1 Greylisted"]), Failed("451 4.7.1 Greylisted")),
        (PostOffice(rcpt=["550 5.1.1 No such person"]), Refused("550 5.1.1 No such person")),
        (PostOffice(data=["452 Disk full"]), Failed("452 Disk full")),
        (PostOffice(data=["554 5.7.1 Not wanted"]), Refused("554 5.7.1 Not wanted")),
    ],
)
def test_a_refusal_is_final_only_when_the_server_says_so(office: PostOffice, outcome: Outcome) -> None:
    assert outcome_at(office) == outcome
    assert office.letters == []


def test_a_refusal_of_our_own_address_concerns_the_settings_and_not_the_mail() -> None:
    assert outcome_of(SMTPSenderRefused(550, "who are you", "x@y.example")) == Failed("550 who are you")
    assert isinstance(outcome_of(SMTPConnectError("no")), Failed)


def test_a_server_that_says_nothing_is_left_alone_after_a_while() -> None:
    office = PostOffice(silent=True)
    assert outcome_at(office, patience=0.2) == Failed("the mail server did not answer in time")


def test_a_server_that_is_not_there_is_a_failure_and_says_so() -> None:
    async def hand_over() -> Outcome:
        office = PostOffice()
        async with office.opened():
            pass
        return await deliver(office.server, mime_of(claim_of(changed_and_sent("fr")), FROM))

    match asyncio.run(hand_over()):
        case Failed(error):
            assert error.startswith(
                "the mail server could not be used: Error connecting to 127.0.0.1 on port "
            )
        case other:
            pytest.fail(str(other))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"tls": "starttls"}, "SMTP STARTTLS extension not supported by server."),
        (
            {"user": "boreale", "password": "s3cret"},
            "The SMTP AUTH extension is not supported by this server",
        ),
    ],
    ids=["encryption", "sign-in"],
)
def test_what_a_server_does_not_offer_is_told(asked: dict[str, Any], reason: str) -> None:
    match outcome_at(PostOffice(), **asked):
        case Failed(error):
            assert error.startswith(f"the mail server could not be used: {reason}")
            assert "s3cret" not in error
        case other:
            pytest.fail(str(other))


def test_a_certificate_that_nobody_trusts_is_told() -> None:
    fault = SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
    assert outcome_of(fault) == Failed(
        "the mail server could not be used: certificate verify failed: self-signed certificate"
    )


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_nothing_is_sent_in_clear_where_encryption_was_asked_for(tls: str) -> None:
    office = PostOffice()
    assert isinstance(outcome_at(office, tls=tls, patience=2.0), Failed)
    assert office.letters == []


def test_a_refused_sign_in_is_tried_again_and_tells_no_secret() -> None:
    async def hand_over() -> Outcome:
        office = PostOffice()
        async with office.opened(authenticator=refuse_sign_in, auth_require_tls=False):
            server = SmtpServer("127.0.0.1", office.port, tls="none", user="boreale", password="s3cret")
            assert "s3cret" not in repr(server)
            return await deliver(server, mime_of(claim_of(changed_and_sent("fr")), FROM))

    assert asyncio.run(hand_over()) == Failed("535 the mail server refused our sign-in")
