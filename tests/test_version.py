import subprocess
from pathlib import Path

from build_version import version


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Marie", "-c", "user.email=marie@example.com"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def numbers(of: str) -> tuple[int, ...]:
    return tuple(map(int, of.partition("+")[0].split(".")))


def test_each_commit_makes_a_wheel_that_pip_takes_for_a_newer_one(tmp_path: Path) -> None:
    """It leaves what is installed as it is where the versions are the same, and the upgrade is none."""
    git(tmp_path, "init")
    git(tmp_path, "commit", "--allow-empty", "-m", "one")
    first = version(tmp_path)
    git(tmp_path, "commit", "--allow-empty", "-m", "two")
    second = version(tmp_path)
    assert numbers(first) < numbers(second)


def test_what_is_not_committed_is_told_from_what_is(tmp_path: Path) -> None:
    git(tmp_path, "init")
    page = tmp_path / "page"
    page.write_text("one")
    git(tmp_path, "add", "page")
    git(tmp_path, "commit", "-m", "one")
    made = {version(tmp_path)}
    for text in ("two", "three"):
        page.write_text(text)
        made.add(version(tmp_path))
    assert len(made) == 3


def test_a_tree_from_an_archive_can_be_built_too(tmp_path: Path) -> None:
    assert version(tmp_path) == "0.1.0"
    git(tmp_path, "init")
    assert version(tmp_path) == "0.1.0"
