"""The Binder files hang together; nothing is built here."""

import os
import re
import tomllib

import pytest
from places import ROOT

BINDER = ROOT / "binder"


def test_requirements_are_this_kit_at_its_pins() -> None:
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").split("\n")
    pins, kit = (line for line in lines if line)
    option, path = pins.split()  # pip reads it from beside the file
    assert option == "-c"
    assert (BINDER / path).resolve() == ROOT / "constraints.txt"
    installed = re.fullmatch(r"-e \.\[(\w+)\]", kit)  # pip reads it from the root
    assert installed
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert installed[1] in project["optional-dependencies"]


def test_python_is_one_the_kit_supports() -> None:
    text = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip()
    version = re.fullmatch(r"python-3\.(\d+)", text)  # the form that Binder reads
    assert version
    assert int(version[1]) >= 11


def test_post_build_executes_the_first_notebook() -> None:
    script = BINDER / "postBuild"
    text = script.read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    named = set(re.findall(r"notebooks/\S+\.ipynb", text))
    assert named == {"notebooks/00_first_bill.ipynb"}
    assert "--execute --inplace" in text
    assert all((ROOT / name).is_file() for name in named)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
@pytest.mark.parametrize("script", ["binder/postBuild", ".ci/run"])
def test_scripts_are_executable(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
