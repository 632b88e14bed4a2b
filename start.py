#!/usr/bin/env python3
"""Open simcare, or run all its checks, on a machine that has Python 3.11 or newer and nothing else.

    python3 start.py                  make the environment in .venv (once), then open the desk
    python3 start.py lab              any other words are handed to the command `simcare`
    python3 start.py test [--fast]    run every check and test as CI does; --fast leaves out browser and notebooks

Only the standard library is used. Old Pythons must be able to read this file and say a sentence: hence the quotes.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOG = VENV / "start.log"
STAMP = VENV / "start.stamp"
OLDEST = (3, 11)
PARTING = "# --- Below this line: what only the tests need. ---"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
)
MAC_BROWSERS = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS_BROWSERS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")

# What the words of an installer or of the system mean for the person in front of it: the first that fits is said.
MEANINGS = (
    (
        "no space left|not enough space|os error 28",
        "The disk is full. Make about 1 GB of room, then run the same command again.",
    ),
    (
        "read-only file system|permission denied|access is denied|os error 30",
        "This folder cannot be written to. Copy the whole project to a folder of yours and start it there.",
    ),
    (
        "name resolution|name or service not known|getaddrinfo|dns error|newconnectionerror|failed to establish"
        "|connection refused|network is unreachable|timed out|proxyerror|error sending request|sslerror",
        "The package registry did not answer. Connect to the internet (or set your proxy), then run the same command "
        "again: what was already fetched is kept.",
    ),
    (
        "do not match the hashes|hash mismatch",
        "A package that arrived is not the one that requirements.lock names, so it was refused. Run the same command "
        "again; if it stays so, tell the person who looks after your network.",
    ),
    (
        "no matching distribution|no solution found|failed building wheel|failed to build",
        "A package has no ready build for this machine or this Python. Python 3.11 to 3.13 on Linux, macOS or Windows "
        "are known to work.",
    ),
)


class Stop(Exception):
    """Carry the one sentence that a person is told instead of a traceback."""


def main(words: "list[str]") -> int:
    """Do what the words ask and return the exit code: 0 fine, 1 a check failed, 2 it could not be tried."""
    try:
        refuse_old_python(tuple(sys.version_info[:3]))
        if words[:1] == ["test"]:
            if words[1:] not in ([], ["--fast"]):
                raise Stop("`python3 start.py test` takes only --fast. To run one test: see CONTRIBUTING.md.")
            prepare("test")
            return run_checks(fast="--fast" in words)
        prepare("desk")
        return open_simcare(words)
    except Stop as stop:
        print(f"simcare: {stop}", file=sys.stderr)
    except OSError as error:
        print(f"simcare: {explain(str(error)) or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nsimcare: stopped.", file=sys.stderr)
        return 130
    return 2


def refuse_old_python(version: "tuple[int, ...]") -> None:
    """Raise Stop where this Python is too old, and name a newer one on the machine if there is one."""
    if version[:2] >= OLDEST:
        return
    newer = next((name for name in (f"python3.{minor}" for minor in range(20, 10, -1)) if answers([name, "-V"])), None)
    remedy = f"Run `{newer} start.py` instead." if newer else "Install one from python.org, then run this again."
    raise Stop(f"it needs Python 3.11 or newer, and this one is {'.'.join(map(str, version))}. {remedy}")


# --- the environment ---


def prepare(part: str) -> None:
    """Make `.venv` hold the locked packages of `part` ("desk" or "test") and the project; do nothing if it does."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    stamp = fingerprint(lock, (ROOT / "pyproject.toml").read_text(encoding="utf-8"), str(ROOT))
    if venv_program("python").exists() and stamp_covers(STAMP, part, stamp):
        return
    what = "the desk" if part == "desk" else "the desk and its test tools"
    print(f"Setting up {what} in {VENV}. This is done once and takes a minute or two.", flush=True)
    uv = working_uv()
    if not answers([str(venv_program("python")), *(["-V"] if uv else ["-m", "pip", "--version"])]):
        make_venv(uv)
    install = installer(uv)
    wanted = VENV / "start-requirements.txt"
    wanted.write_text(lock_part(lock, part), encoding="utf-8")
    run_quietly("fetching packages", [*install, "--require-hashes", "-r", str(wanted)])
    run_quietly("installing simcare", [*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(f"{part} {stamp}\n", encoding="utf-8")


def fingerprint(lock: str, pyproject: str, root: str) -> str:
    """Return what the environment depends on as one hash; the place counts because scripts hold it."""
    return hashlib.sha256("\0".join((lock, pyproject, root)).encode()).hexdigest()


def stamp_covers(stamp: Path, part: str, wanted: str) -> bool:
    """Tell whether the stamp file says that `part`, or all, was installed for this fingerprint."""
    try:
        words = stamp.read_text(encoding="utf-8").split()
    except OSError:
        return False
    return words in ([part, wanted], ["test", wanted])


def lock_part(lock: str, part: str) -> str:
    """Return the lines of the lock that `part` needs: the desk none of what only the tests need."""
    return lock.partition(PARTING)[0] if part == "desk" else lock


def venv_program(name: str) -> Path:
    """Return where the environment keeps a program on this system."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def working_uv() -> "str | None":
    """Return uv's path if it is on this machine and runs (a version manager's empty shim does not)."""
    uv = shutil.which("uv")
    return uv if uv and answers([uv, "--version"]) else None


def make_venv(uv: "str | None") -> None:
    """Make an empty environment, with pip in it unless uv or this Python's own pip will do the installing."""
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    if not uv and not has_module("ensurepip") and not has_module("pip"):
        # Debian and Ubuntu ship the module that puts pip into an environment apart.
        install_with_apt(
            f"python3.{sys.version_info[1]}-venv",
            "This Python can make no environment with pip in it.",
        )
    bare = bool(uv) or not has_module("ensurepip")
    run_quietly(
        "making the environment", [sys.executable, "-m", "venv", *(["--without-pip"] if bare else []), str(VENV)]
    )


def installer(uv: "str | None") -> "list[str]":
    """Return the beginning of the command that installs into the environment."""
    python = str(venv_program("python"))
    if uv:
        return [uv, "pip", "install", "--compile-bytecode", "--python", python]
    if answers([python, "-m", "pip", "--version"]):
        return [python, "-m", "pip", "install"]
    return [sys.executable, "-m", "pip", "--python", python, "install"]


def has_module(name: str) -> bool:
    """Tell whether this Python has a module."""
    return importlib.util.find_spec(name) is not None


def answers(command: "list[str]") -> bool:
    """Tell whether a command runs and exits 0."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def run_quietly(what: str, command: "list[str]", env: "dict[str, str] | None" = None) -> None:
    """Run a command with its words in the log and the seconds on the screen, or raise Stop with the meaning."""
    start = time.monotonic()
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                if sys.stdout.isatty():
                    print(f"\r  {what} ... {time.monotonic() - start:.0f} s ", end="", flush=True)
                try:
                    process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.terminate()
    print(f"{chr(13) if sys.stdout.isatty() else ''}  {what} ... {time.monotonic() - start:.0f} s ", flush=True)
    if process.returncode != 0:
        words = LOG.read_text(encoding="utf-8", errors="replace")
        last = "\n".join(words.strip().splitlines()[-8:])
        raise Stop(explain(words) or f"{what} failed. The last lines of {LOG}:\n{last}")


def explain(words: str) -> "str | None":
    """Return what an installer's words mean for the person in front of it, or None if they are not known."""
    return next((meaning for signs, meaning in MEANINGS if re.search(signs, words, re.IGNORECASE)), None)


def install_with_apt(package: str, fact: str) -> None:
    """Install a Debian package as root, or raise Stop with the sentence that tells how."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not shutil.which("apt-get"):
        raise Stop(f"{fact} Install {package} with your system's package manager, then run this again.")
    if not root:
        raise Stop(f"{fact} Run `sudo apt-get install {package}`, then run this again.")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run_quietly("reading the list of system packages", ["apt-get", "update"], env)
    run_quietly(f"installing {package}", ["apt-get", "install", "--yes", "--no-install-recommends", package], env)


def open_simcare(words: "list[str]") -> int:
    """Hand over to the installed command; on Linux and macOS this process becomes it."""
    command = [str(venv_program("simcare")), *words]
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


# --- the checks ---


def run_checks(fast: bool) -> int:
    """Run every check in turn, stop at the first that fails, print the times and one closing line of all tests."""
    path = os.pathsep.join([str(venv_program("python").parent), os.environ.get("PATH", "")])
    env = dict(os.environ, PYTHONUTF8="1", PATH=path)
    if not fast:
        env["SIMCARE_BROWSER"] = browser_or_stop()
    times, passed, failed, complaint = [], 0, 0, ""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        for name, command in checks(fast, str(report)):
            print(f"\n=== {name}: {' '.join([Path(command[0]).name, *command[1:]])}", flush=True)
            report.unlink(missing_ok=True)
            start = time.monotonic()
            code = subprocess.call(command, cwd=ROOT, env=env)
            times.append(f"{time.monotonic() - start:7.1f} s  {name}")
            if report.exists():
                good, bad, skipped = read_report(report)
                passed, failed = passed + good, failed + bad
                if skipped:
                    complaint = f"{name}: nothing may be skipped here, and these were: {', '.join(skipped)}"
            if code != 0:
                complaint = f"{name} failed"
            if complaint:
                break
    print("\n=== times\n" + "\n".join(times), flush=True)
    print(f"simcare: {complaint or 'everything passed'}.")
    print(f"tests: {passed} passed, {failed} failed", flush=True)
    return 1 if complaint else 0


def checks(fast: bool, report: str) -> "list[tuple[str, list[str]]]":
    """Return the checks in order, the quickest first, as (name, command); pytest writes its counts to `report`."""
    python, scripts = str(venv_program("python")), venv_program
    pytest = [python, "-m", "pytest", f"--junitxml={report}"]
    at_once = ["-n", "auto", "--maxprocesses", "4"]
    quick = [
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("types", [python, "-m", "mypy"]),
        ("floors", [str(scripts("lint-imports")), "--no-logo"]),
        ("scenarios", [str(scripts("simcare")), "scenarios", "lint"]),
        ("tests", [*pytest, *at_once, "-m", "not slow and not browser and not journey"]),
    ]
    slow = [
        ("slow tests", [*pytest, *at_once, "-m", "slow"]),
        ("notebooks", [*pytest, "--nbval-lax", "--nbval-current-env", "notebooks", "exercises"]),
        ("browser", [*pytest, "-n", "3", "--dist", "loadfile", "-m", "browser or journey"]),
    ]
    return quick if fast else quick + slow


def read_report(report: Path) -> "tuple[int, int, list[str]]":
    """Return how many tests of a JUnit report passed and failed, and the names of the skipped ones."""
    passed, failed, skipped = 0, 0, []
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("skipped") is not None:
            skipped.append(f"{case.get('classname')}::{case.get('name')}")
        elif case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def browser_or_stop() -> str:
    """Return a browser of the Chromium family, installing Debian's as root, or raise Stop."""
    found = find_browser(dict(os.environ), sys.platform)
    if not found and sys.platform.startswith("linux"):
        install_with_apt("chromium", "The browser tests need Chromium, Chrome or Edge, and none is here.")
        found = find_browser(dict(os.environ), sys.platform)
    if not found:
        raise Stop(
            "The browser tests need Chromium, Chrome or Edge, and none was found. Install one, or set SIMCARE_BROWSER "
            "to its program, then run this again. `python3 start.py test --fast` runs all tests that need no browser."
        )
    return found


def find_browser(environ: "dict[str, str]", platform: str) -> "str | None":
    """Return the path of a browser of the Chromium family; the variable SIMCARE_BROWSER comes first."""
    if environ.get("SIMCARE_BROWSER"):
        return shutil.which(environ["SIMCARE_BROWSER"])
    places = [shutil.which(name, path=environ.get("PATH")) for name in BROWSERS]
    if platform == "darwin":
        places += [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC_BROWSERS]
    if platform == "win32":
        roots = [environ[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if name in environ]
        places += [str(Path(root, place)) for root in roots for place in WINDOWS_BROWSERS]
    return next((place for place in places if place and Path(place).exists()), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
