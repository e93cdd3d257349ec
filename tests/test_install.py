"""What a stranger installs: pins without addresses, a whole wheel, a light import, two commands."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from pathlib import Path

import pytest
from places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_CORE = {"pandas", "altair", "typer", "rich", "IPython", "ipywidgets", "papermill", "vl_convert"}


def python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter outside the clone; return what it prints."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(sys.executable).parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_bill_loads_the_core_only() -> None:
    code = "import aicost, sys; aicost.load('data/scenarios/help-desk.yaml').bill.total"
    loaded = python(f"{code}; print(*sys.modules)").split()
    assert "aicost.billing.bill" in loaded
    assert "numpy" in loaded
    assert set(loaded) & NOT_CORE == set()
    assert [name for name in loaded if name.startswith(("aicost.show", "aicost.cli"))] == []


def test_commands_are_there() -> None:
    assert PROJECT["scripts"]
    for target in PROJECT["scripts"].values():
        module, _, name = target.partition(":")
        assert callable(getattr(import_module(module), name))


def test_constraints_hold_no_address() -> None:
    assert "://" not in CONSTRAINTS
    assert " @ " not in CONSTRAINTS
    assert "torch" not in CONSTRAINTS


def test_constraints_pin_everything_the_commands_install() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["kit"], *extras["dev"]]
    names = [re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in wanted]
    pinned = {line.split("==")[0] for line in CONSTRAINTS.splitlines()}
    assert [name for name in names if name not in pinned] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_ships_data_and_notebooks(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("data", "notebooks"):
        here = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        names = [path.relative_to(ROOT).as_posix() for path in here]
        kept = [
            f"aicost/{name}" for name in names if "/." not in name and "/__pycache__/" not in name
        ]
        assert kept, f"{folder}/ is empty"
        assert sorted(set(kept) - shipped) == []


def test_installed_wheel_finds_its_own_files(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from aicost.paths import data_dir, notebooks_dir as n; print(data_dir(), n(), sep='|')"
    found = python(code, PYTHONPATH=str(tmp_path))
    package = tmp_path.resolve() / "aicost"
    assert found == f"{package / 'data'}|{package / 'notebooks'}"


def test_installed_wheel_bills_a_sample_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    run = subprocess.run(
        [sys.executable, "-m", "aicost", "bill", "data/scenarios/help-desk.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "Help desk" in run.stdout


def commands(start: str) -> list[str]:
    """Return README's set-up commands for one family of systems."""
    return re.findall(rf"^{start} -m venv .*$", README, re.MULTILINE)


def test_readme_has_two_commands_and_their_windows_forms() -> None:
    review, test = commands("python3")
    assert '-c constraints.txt -e ".[kit]"' in review
    assert test.endswith('-c constraints.txt -e ".[kit,dev]" && .venv/bin/python -m pytest')
    windows = [line.replace(".venv/bin/", ".venv/Scripts/") for line in (review, test)]
    slashes = [
        line.replace("\\", "/").replace("py -m venv", "python3 -m venv", 1)
        for line in commands("py")
    ]
    assert slashes == windows


def test_files_that_readme_names_are_there() -> None:
    named = re.findall(r"(?:data|docs|notebooks)/[\w./-]+\w", README)
    assert "data/scenarios/contract-search-billed.yaml" in named
    assert [name for name in named if not (ROOT / name).exists()] == []
    links = re.findall(r"\]\(([^):#]+)\)", README)
    assert [name for name in links if not (ROOT / name).exists()] == []
