from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings


def test_settings_come_from_the_environment_and_nothing_else_does() -> None:
    settings = Settings.from_environment(
        {
            "PATH": "/bin",
            "SHARED_ORDER_DATA": "/srv/orders",
            "SHARED_ORDER_SMTP_PORT": "2525",
            "SHARED_ORDER_DEMO": "true",
        }
    )
    assert settings.url == "sqlite:////srv/orders/shared-order.sqlite3"
    assert (settings.smtp_port, settings.demo) == (2525, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_port", "mail"),
        ("colour", "red"),
        ("public_url", "orders.example.com"),
        ("public_url", "https://"),
        ("public_url", "https://orders.example.com/ x"),
        ("public_url", "https://orders.example.com:abc"),
        ("public_url", "https://orders.example.com:99999"),
        ("public_url", "https://orders.example.com:0"),
        ("public_url", "https://orders.example.com:"),
        ("public_url", "https://orders.example.com?a"),
        ("public_url", "https://orders.example.com/?"),
        ("public_url", "https://orders.example.com/#x"),
        ("public_url", "https://user:password@orders.example.com"),
        ("public_url", "https://[orders"),
        ("data", ""),
        ("data", " "),
        ("time_zone", "Montréal"),
        ("time_zone", ""),
        ("time_zone", "America"),
        ("time_zone", "../../etc/passwd"),
        ("mail_from", "Orders"),
        ("mail_from", "Orders <orders@example.com>\nBcc: all@example.com"),
    ],
)
def test_a_setting_that_is_wrong_or_unknown_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name) as wrong:
        Settings.from_environment({f"SHARED_ORDER_{name.upper()}": value})
    assert "Value error" not in str(wrong.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000", "https://[::1]:8443", "https://example.com:443/orders", "https://a.b/"]
)
def test_an_address_that_people_can_follow_is_taken(url: str) -> None:
    assert Settings.from_environment({"SHARED_ORDER_PUBLIC_URL": url}).public_url == url


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Toronto", "2026-11-23"), ("America/Vancouver", "2026-11-22"), ("UTC", "2026-11-23")],
)
def test_a_day_begins_where_the_time_zone_says(zone: str, day: str) -> None:
    settings = Settings.from_environment({"SHARED_ORDER_TIME_ZONE": zone})
    assert settings.day_at(datetime(2026, 11, 23, 7, 59, tzinfo=UTC)) == day


def test_a_day_begins_an_hour_earlier_in_universal_time_in_summer() -> None:
    midsummer = datetime(2026, 7, 1, 3, 59, tzinfo=UTC)
    settings = Settings()
    assert settings.day_at(midsummer) == "2026-06-30"
    assert settings.day_at(midsummer + timedelta(minutes=1)) == "2026-07-01"


def test_the_url_of_a_database_wins_over_the_folder() -> None:
    settings = Settings(data=Path("/srv"), database_url="postgresql://orders@db/orders")
    assert settings.url == "postgresql://orders@db/orders"


def test_the_mail_servers_password_is_never_shown() -> None:
    assert "hunter2" not in repr(Settings(smtp_password="hunter2"))


def test_public_links_and_cookies_follow_the_public_url() -> None:
    settings = Settings(public_url="https://Order.example/")
    assert (settings.origin, settings.secure) == ("https://order.example", True)
    assert settings.link("/reset/x") == "https://Order.example/reset/x"
