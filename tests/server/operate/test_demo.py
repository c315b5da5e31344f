"""The demo, as the command fills and serves it."""

import signal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from persistence.order import Order
from server.demo.fill import holds_demo
from tests.forked import start
from tests.server.filled import MONDAY, filled_demo, reading

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("own_settings")]

ON_MONDAY = f"""
import datetime, sys
import server.operate.demo
server.operate.demo.now = lambda: {MONDAY!r}
from server.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_an_empty_folder_is_filled_before_the_demo_is_served(tmp_path: Path) -> None:
    """With the orders that every demo of that day has."""
    folder = tmp_path / "demo"
    with (tmp_path / "said").open("w") as errors:
        served = start("-c", ON_MONDAY, "demo", "--port", "0", "--data", folder, errors=errors)
    said = []
    while line := served.line_here().decode():
        said.append(line)
        if "Password: demo" in line:
            break
    served.send_signal(signal.SIGINT)
    assert served.wait_here() == 0
    assert said[:2] == [
        "Préparation de la démonstration, quelques secondes…\n",
        "Preparing the demo, a few seconds…\n",
    ]
    assert any("eve@rival.example" in line for line in said)
    assert holds_demo(folder)
    assert summary(folder) == summary(filled_demo(tmp_path / "another"))


def summary(folder: Path) -> list[dict[str, Any]]:
    shown = {
        "number",
        "reference",
        "total",
        "supplier_status",
        "client_status",
        "turn",
        "changed_at",
        "changed_by",
    }
    with reading(folder) as session:
        orders = session.exec(select(Order).order_by(Order.created_at, Order.total)).all()  # type: ignore[arg-type]
    return [order.model_dump(include=shown) for order in orders]
