"""What is shipped works by itself: the wheel, in an empty environment, serves the demo and its pages."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.torture
def test_the_wheel_alone_serves_the_demo(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / "bin"
    subprocess.run([binaries / "pip", "install", "--quiet", wheel], check=True, cwd=tmp_path)
    demo = subprocess.Popen(
        [binaries / "shared-order", "demo", "--port", "0", "--data", str(tmp_path / "data")],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": ""}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        answers(address(demo))
    finally:
        demo.kill()
        demo.communicate()


def address(demo: "subprocess.Popen[str]") -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("The demo did not start.")


def answers(url: str) -> None:
    """The page, its script, and a person who signs in and has orders."""
    with httpx.Client(base_url=url, timeout=20) as browser:
        page = browser.get("/orders").text
        script = re.search(r'src="(/assets/[^"]+\.js)"', page)
        assert script is not None, page
        assert browser.get(script[1]).headers["content-type"].startswith("text/javascript")
        signed_in = browser.post("/api/login", json={"email": "sophie@boreale.example", "password": "demo"})
        assert signed_in.status_code == 200
        assert len(browser.get("/api/orders?side=supplier").json()["items"]) > 0
