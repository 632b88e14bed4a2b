"""Make `requirements.lock` and `environment.yml` from `pyproject.toml`, or check that they still agree with it.

`python tools/sync_environment.py` writes `environment.yml`; `--lock` also resolves the lock anew (this needs uv and the
network; `--upgrade` takes newer versions); `--check` writes nothing and exits 1 where a file disagrees. The lock has
two parts: what the desk needs, then, below `PARTING`, what only the tests need. `start.py` installs the first part for
a nurse and both for a developer; `pip install --require-hashes -r requirements.lock` takes both.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PARTING = "# --- Below this line: what only the tests need. ---"
LOCK_HEADER = "# Made by `python tools/sync_environment.py --lock`; do not edit by hand.\n"
DESK_EXTRAS = ("build", "postgres", "semantic")
BY_PIP = frozenset({"fsrs"})
"""Packages that conda-forge may lack: pip brings them into a conda environment together with the project."""


def environment_yml(pyproject: dict[str, object]) -> str:
    """Return the conda environment: the desk's packages from conda-forge and the project itself, editable."""
    project = _table(pyproject, "project")
    python = str(project["requires-python"])
    wanted = [Requirement(line) for line in _lines(project["dependencies"])]
    names = [_conda(requirement) for requirement in wanted if requirement.name not in BY_PIP]
    listed = "\n".join(f'  - "{name}"' for name in [f"python{python}", "pip", *names])
    return (
        "# Made from pyproject.toml by `python tools/sync_environment.py`; do not edit by hand.\n"
        "name: simcare\nchannels:\n  - conda-forge\ndependencies:\n"
        f'{listed}\n  - pip:\n      - "-e ."\n'
    )


def lock_findings(pyproject: dict[str, object], lock: str) -> list[str]:
    """Return one sentence for each way in which the lock does not fulfil `pyproject.toml` (empty: all is well)."""
    desk, parting, _ = lock.partition(PARTING)
    if not parting:
        return ["requirements.lock has no line that parts the desk from the tests"]
    project = _table(pyproject, "project")
    extras = _table(project, "optional-dependencies")
    needed = [(line, desk) for line in _lines(project["dependencies"])]
    needed += [(line, desk if name in DESK_EXTRAS else lock) for name in extras for line in _lines(extras[name])]
    findings = []
    for line, part in needed:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        versions = [str(pin.specifier).removeprefix("==") for pin in _pins(part) if canonicalize_name(pin.name) == name]
        if not versions:
            findings.append(f"requirements.lock lacks {name} in the part where pyproject.toml needs it")
        for version in versions:
            if not wanted.specifier.contains(version, prereleases=True):
                findings.append(f"requirements.lock has {name} {version}, pyproject.toml asks for {wanted.specifier}")
    names = [canonicalize_name(pin.name) for pin in _pins(lock)]
    findings += [f"requirements.lock lists {name} twice" for name in set(names) if names.count(name) > 1]
    return sorted(findings)


def resolve_lock(upgrade: bool) -> str:
    """Return a new lock text as uv resolves it, for every platform and Python, without any address."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "requirements.lock")
        if not upgrade and (ROOT / "requirements.lock").exists():
            whole.write_text((ROOT / "requirements.lock").read_text(encoding="utf-8"), encoding="utf-8")
        everything = _compile(whole, ["--all-extras"])
        part = Path(folder, "desk.lock")
        part.write_text(everything, encoding="utf-8")
        desk = _compile(part, [word for extra in DESK_EXTRAS for word in ("--extra", extra)])
    names = {_name(block) for block in _blocks(desk)}
    # Both parts come from one resolution, so that the two together are consistent.
    upper = "".join(block for block in _blocks(everything) if _name(block) in names)
    lower = "".join(block for block in _blocks(everything) if _name(block) not in names)
    return f"{LOCK_HEADER}{upper}\n{PARTING}\n{lower}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 fine, 1 a file disagrees, 2 uv is missing or failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where a file disagrees")
    parser.add_argument("--lock", action="store_true", help="resolve requirements.lock anew (needs uv and the network)")
    parser.add_argument("--upgrade", action="store_true", help="with --lock: take newer versions where allowed")
    options = parser.parse_args(arguments)
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    target, lock = ROOT / "environment.yml", ROOT / "requirements.lock"
    if options.check:
        findings = lock_findings(pyproject, lock.read_text(encoding="utf-8"))
        if target.read_text(encoding="utf-8") != environment_yml(pyproject):
            findings.append("environment.yml is not what pyproject.toml makes")
        for finding in findings:
            print(f"{finding}; run `python tools/sync_environment.py --lock`")
        return 1 if findings else 0
    if options.lock:
        try:
            lock.write_text(resolve_lock(options.upgrade), encoding="utf-8", newline="\n")
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"The lock was left as it is: {error}; it takes uv and the network", file=sys.stderr)
            return 2
    target.write_text(environment_yml(pyproject), encoding="utf-8", newline="\n")
    return 0


def _compile(output: Path, options: list[str]) -> str:
    """Return what uv resolves with these options; `output` may hold a lock whose versions are preferred."""
    command = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"]
    # One version for every Python: what the tests ran is what everybody runs.
    command += ["--fork-strategy", "fewest", "--no-header", "--no-annotate", "--no-emit-index-url", "--quiet"]
    subprocess.run([*command, *options, "--output-file", str(output)], cwd=ROOT, check=True)
    return output.read_text(encoding="utf-8")


def _blocks(lock: str) -> Iterator[str]:
    block = ""
    for line in lock.splitlines(keepends=True):
        if block and not line.startswith((" ", "#")):
            yield block
            block = ""
        block += line
    if block:
        yield block


def _name(block: str) -> str:
    return canonicalize_name(block.split("==", 1)[0])


def _pins(lock: str) -> Iterator[Requirement]:
    for line in lock.splitlines():
        if line and not line.startswith((" ", "#")):
            yield Requirement(line.removesuffix("\\").strip())


def _conda(requirement: Requirement) -> str:
    name = requirement.name
    if requirement.marker is not None and not Marker(str(requirement.marker)).evaluate():
        raise ValueError(f"{name} has a marker, which a conda environment cannot say")
    return f"{name}{requirement.specifier}"


def _table(parent: dict[str, object], key: str) -> dict[str, object]:
    value = parent[key]
    if not isinstance(value, dict):
        raise TypeError(f"pyproject.toml: {key} must be a table")
    return value


def _lines(value: object) -> Iterable[str]:
    if not isinstance(value, list):
        raise TypeError("pyproject.toml: a list of requirements was expected")
    return [str(line) for line in value]


if __name__ == "__main__":
    sys.exit(main())
