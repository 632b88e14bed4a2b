"""Where content lies: the package's own folder, and those a program names in SIMCARE_LIBRARY.

A program's folder holds scenarios as `*.yaml`, and may hold `intents.yaml` and `policies/*.yaml`. Several folders are
joined by the system's path separator (`:`; on Windows `;`); a later one replaces what an earlier one has by its id.
"""

from __future__ import annotations

import os
from pathlib import Path

from simcare.documents import SimcareError

HERE = Path(__file__).parent
VARIABLE = "SIMCARE_LIBRARY"
INTENTS = "intents.yaml"
SIGNATURES = "signatures.yaml"
POLICIES = "policies"


def program_folders() -> tuple[Path, ...]:
    """Return the folders named in SIMCARE_LIBRARY, in their order; empty parts are nobody's folder.

    Raises SimcareError where one is shut to the account that this program runs as.
    """
    folders = tuple(Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part.strip())
    for folder in folders:
        if _is_shut(folder):
            raise SimcareError(
                f"{VARIABLE} names {folder}, which this account may not read; have the folder opened to it, for "
                "instance by its group, or take the folder out"
            )
    return folders


def _is_shut(folder: Path) -> bool:
    try:
        folder.stat()
    except PermissionError:
        return True
    except OSError:  # not there, which is no secret
        return False
    return not os.access(folder, os.R_OK | os.X_OK)


def scenario_files(folder: Path) -> dict[str, Path]:
    """Return the scenario files of one folder by their stem, in the order of their names."""
    return {file.stem: file for file in sorted(folder.glob("*.yaml")) if file.name not in (INTENTS, SIGNATURES)}


def policy_file(name: str) -> Path:
    """Return the file of a policy: of the last folder that has one of this name, else the package's own."""
    found = [HERE / POLICIES / f"{name}.yaml"]
    found += [file for folder in program_folders() if (file := folder / POLICIES / f"{name}.yaml").is_file()]
    return found[-1]


def intent_files() -> tuple[Path, ...]:
    """Return the files of intents, the package's own first."""
    own = [file for folder in program_folders() if (file := folder / INTENTS).is_file()]
    return (HERE / INTENTS, *own)
