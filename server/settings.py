"""What may be set from outside: `SHARED_ORDER_*` environment variables, read once at start.

settings = Settings.from_environment(os.environ)
settings = Settings(data=tmp_path)            # in tests
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from re import fullmatch
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

PREFIX = "SHARED_ORDER_"


class Settings(BaseModel):
    """Everything that differs from one installation to the next. The field `smtp_host` is SHARED_ORDER_SMTP_HOST."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(default=Path(".data"), description="Folder of the database, unless that is elsewhere.")
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty: a SQLite file in the data folder."
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="Where people reach the server.")
    time_zone: str = Field(
        default="America/Toronto",
        description="Where a day begins: for what is late, and what a bot says of today.",
    )
    demo: bool = Field(
        default=False, description="Show every mail to whoever is signed in; log for a console."
    )
    trust_proxy: bool = Field(default=False, description="Believe X-Forwarded-For of the peer.")
    metrics_token: str = Field(
        default="",
        repr=False,
        description="Bearer token that /metrics asks for; empty: read from this machine alone, and not at all "
        "where people come from elsewhere.",
    )
    sockets_per_person: int = Field(
        default=100, ge=1, description="WebSockets that one person, or one program, may have open."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged: debug, info, warning or error."
    )
    smtp_host: str = Field(default="", description="Mail server; empty: mails stay in the outbox.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field(default="", description="Name at the mail server; empty: none is asked for.")
    smtp_password: str = Field(default="", repr=False, description="Password at the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How mail is protected on its way: starttls, tls or none."
    )
    mail_from: str = Field(default="Commande partagée <no-reply@localhost>", description="Sender of mails.")

    @field_validator("data", mode="before")
    @classmethod
    def _is_a_folder(cls, data: object) -> object:
        if isinstance(data, str) and not data.strip():
            # For Path it would be the folder that the program happens to be started in.
            raise PydanticCustomError("folder", "It must name a folder such as /var/lib/shared-order")
        return data

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not _is_public(url):
            raise PydanticCustomError(
                "address",
                "It must be an address such as https://orders.example.com, "
                "with nothing before its host and nothing after its path",
            )
        return url

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError):  # a folder of zones, a path out of them, none at all
            raise PydanticCustomError("zone", "It must be a time zone such as America/Toronto") from None
        return name

    @field_validator("mail_from")
    @classmethod
    def _is_a_sender(cls, sender: str) -> str:
        if not fullmatch(r"[^\x00-\x1f\x7f]+", sender) or not fullmatch(
            r"[^@\s]+@[^@\s]+", parseaddr(sender)[1]
        ):
            raise PydanticCustomError("sender", "It must be one sender such as Orders <orders@example.com>")
        return sender

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the variables that begin with PREFIX; raise ValidationError, which names what is wrong."""
        given = {
            key[len(PREFIX) :].lower(): value for key, value in environment.items() if key.startswith(PREFIX)
        }
        return cls.model_validate(given)

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.database_file}"

    @property
    def database_file(self) -> Path:
        """The SQLite file that is used when no other database is named."""
        return self.data.absolute() / "shared-order.sqlite3"

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies must too."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme and host of the public URL."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def local(self) -> bool:
        """Whether the server is there for this machine alone."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "::1", "localhost")

    def day_at(self, instant: datetime) -> str:
        """Return the day that an instant is on where people are: `2026-12-05`."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date().isoformat()

    def link(self, path: str) -> str:
        """Return the public address of a path such as `/invitation/…`, for a mail."""
        return self.public_url.rstrip("/") + path


def _is_public(url: str) -> bool:
    """Whether links can begin with an address: neither a name and a password in it, nor anything after its path."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets that do not close, a port that is no number or too large
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and port != 0
        and not parts.netloc.endswith(":")
        and fullmatch(r"[!-~]+", url) is not None
        and "@" not in parts.netloc
        and not any(sign in url for sign in "?#\\")
    )
