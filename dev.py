"""Sets the project up and runs it: `python3 dev.py run | test | bench | screenshots`. Needs nothing but Python 3.11."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from main import XCB_LIBRARIES

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
EXAMPLES = ROOT / "resources" / "examples"

WIDGET_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
PREVIEW_LIBRARIES = {
    "libnss3.so": "libnss3",
    "libasound.so.2": "libasound2",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxkbfile.so.1": "libxkbfile1",
}
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
}
"""What is needed beside Python on Linux, with the Debian package of each."""

USAGE = """\
python3 dev.py run [FILE.flow]     set up what is missing, then open the designer
python3 dev.py test                set up what is missing, then run all checks and tests
python3 dev.py bench [NAME …]      measure, each figure against the bare library
python3 dev.py screenshots         picture the window into screenshots/
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out the command in `arguments` and return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 # this is the file that tells people so
        return _refuse(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    commands = {"run": _run, "test": _test, "bench": _bench, "screenshots": _screenshots}
    if not arguments or arguments[0] not in commands:
        sys.stderr.write(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    return commands[arguments[0]](list(arguments[1:]))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


# Commands


def _run(arguments: list[str]) -> int:
    if len(arguments) > 1:
        sys.stderr.write(USAGE)
        return 2
    has_display = _has_display()
    libraries = {**WIDGET_LIBRARIES, **XCB_LIBRARIES, **PREVIEW_LIBRARIES} if has_display else {}
    code = _prepare(libraries, {}, with_tests=False)
    if code:
        return code
    if has_display:
        return _python(str(ROOT / "main.py"), *arguments)
    print("There is no display, so the designer cannot open a window; here are the examples, run dry in the terminal.")
    return _tour([Path(name) for name in arguments] or sorted(EXAMPLES.glob("*.flow")))


def _test(arguments: list[str]) -> int:
    code = _prepare({**WIDGET_LIBRARIES, **XCB_LIBRARIES, **PREVIEW_LIBRARIES}, TEST_PROGRAMS, with_tests=True)
    if code:
        return code
    steps: list[tuple[str, list[str]]] = [
        ("style", ["-m", "ruff", "check", "."]),
        ("format", ["-m", "ruff", "format", "--check", "."]),
        ("types", ["-m", "mypy"]),
        ("layers", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
        ("unused code", ["-m", "vulture"]),
        ("tests", ["-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", "not slow", *arguments]),
        ("slow tests", ["-m", "pytest", "-q", "-m", "slow", *arguments]),
    ]
    for name, command in steps:
        print(f"== {name}", flush=True)
        code = _python(*command)
        if code:
            print(f"== {name}: failed", flush=True)
            return code
    return 0


def _bench(arguments: list[str]) -> int:
    code = _prepare(WIDGET_LIBRARIES, {}, with_tests=True)
    if code:
        return code
    names = arguments or sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    return max((_python("-m", f"benchmarks.{name}") for name in names), default=0)


def _screenshots(arguments: list[str]) -> int:
    code = _prepare({**WIDGET_LIBRARIES, **PREVIEW_LIBRARIES}, {}, with_tests=False)
    return code or _python(str(ROOT / "tests" / "screenshots.py"), *arguments)


def _tour(flows: Sequence[Path]) -> int:
    """Dry-run `flows` in the terminal: the counts of each, and one message."""
    worst = 0
    for flow in flows:
        with tempfile.TemporaryDirectory(prefix="campaign-flow-") as folder:
            command = ["-m", "engine", "run", str(flow.resolve()), "--out", folder, "--recipients", "1"]
            code = _python(*command, stdout=subprocess.DEVNULL)
            worst = max(worst, code)
            if code == 0:
                print(f"\n{flow.stem}\n{'-' * len(flow.stem)}")
                print("\n".join(_told(Path(folder))))
    return worst


def _told(folder: Path) -> list[str]:
    """Return what a run that wrote to `folder` came to, in lines: rows on each transition, and a message."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    lines = []
    for name, transition in run["transitions"].items():
        rows = transition["rows"]
        if rows is not None:
            lines.append(f"{name:.<44} {rows} {'row' if rows == 1 else 'rows'}")
    for message in sorted(folder.glob("messages/*/*.json"))[:1]:
        about = json.loads(message.read_text(encoding="utf-8"))
        text = message.with_suffix(".txt").read_text(encoding="utf-8")
        lines += ["", f"Subject: {about['subject']}", "", *(f"  {line}" for line in text.strip().splitlines())]
    return lines


# Setting up


def _prepare(libraries: Mapping[str, str], programs: Mapping[str, str], *, with_tests: bool) -> int:
    """Install what is missing; return 0, or an exit code after the sentence that says what a person has to do."""
    missing = _missing_packages(libraries, programs) if sys.platform.startswith("linux") else []
    if missing:
        code = _install_packages(missing)
        if code:
            return code
    return _make_environment(with_tests=with_tests)


def _missing_packages(libraries: Mapping[str, str], programs: Mapping[str, str]) -> list[str]:
    missing = [package for library, package in libraries.items() if not _loads(library)]
    missing += [package for program, package in programs.items() if shutil.which(program) is None]
    if importlib.util.find_spec("ensurepip") is None and not _python_of(VENV).exists():
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install_packages(packages: Sequence[str]) -> int:
    apt = shutil.which("apt-get")
    if apt is None:
        return _refuse(f"System libraries are missing; install what your system calls: {' '.join(packages)}.")
    if os.geteuid() != 0:
        return _refuse(f"Some system libraries are missing; install them, then try again:\n  {_apt_line(packages)}")
    print(f"Installing {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "update", "-qq"], check=False, env=environment, stdout=subprocess.DEVNULL)
    chosen = [_available(package) for package in packages]
    options = ["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    done = subprocess.run([apt, *options, *chosen], check=False, env=environment, stdout=subprocess.DEVNULL)
    return done.returncode and _refuse(
        f"The packages could not be installed; try it yourself:\n  {_apt_line(packages)}"
    )


def _apt_line(packages: Sequence[str]) -> str:
    return f"sudo apt-get install {' '.join(packages)}"


def _available(package: str) -> str:
    """Return the name under which this release has the package: some of Ubuntu's end in t64 since 2024."""
    for name in (package, f"{package}t64"):
        found = subprocess.run(["apt-cache", "show", name], check=False, capture_output=True)
        if found.returncode == 0 and b"Version:" in found.stdout:
            return name
    return package


def _make_environment(*, with_tests: bool) -> int:
    """Make `.venv` with the locked versions, unless it is there already."""
    has_python = _python_of(VENV).exists()
    if has_python and any(_read(_stamp(with_tests=kind)) == _content(with_tests=kind) for kind in {with_tests, True}):
        return 0
    print("Setting up (once; this takes a minute or two) …", flush=True)
    if not has_python:
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            return _refuse(f"The environment {VENV} could not be made.")
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--root-user-action=ignore"]
    code = _python(*pip, "--constraint", str(LOCK), *_wanted(with_tests=with_tests))
    if code:
        return _refuse("The libraries could not be installed; check the connection to PyPI and try again.")
    _stamp(with_tests=with_tests).write_text(_content(with_tests=with_tests), encoding="utf-8")
    return 0


def _wanted(*, with_tests: bool) -> list[str]:
    import tomllib  # Python 3.11 brings it; an older one has been refused by then

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *(project["optional-dependencies"]["dev"] if with_tests else [])]


def _stamp(*, with_tests: bool) -> Path:
    return VENV / ("stamp-test" if with_tests else "stamp-run")


def _content(*, with_tests: bool) -> str:
    """Return what the environment was made from: while it is the same, there is nothing to set up."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return "\n".join([sys.version, lock, *_wanted(with_tests=with_tests)])


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _python(*arguments: str, stdout: int | None = None) -> int:
    """Run the environment's Python in the project's folder and return its exit code."""
    try:
        return subprocess.run([str(_python_of(VENV)), *arguments], cwd=ROOT, check=False, stdout=stdout).returncode
    except KeyboardInterrupt:
        return 130


def _has_display() -> bool:
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
