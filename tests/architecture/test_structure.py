"""The house stays as it was drawn: sizes, doors, circles, copies, and nothing swallowed."""

from __future__ import annotations

import ast
import collections
import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    [*(ROOT / "engine").rglob("*.py"), *(ROOT / "designer").rglob("*.py"), ROOT / "main.py", ROOT / "dev.py"]
)
PACKAGES = ("engine", "designer")

LONGEST_FUNCTION = 60
LONGEST_MODULE = 400
MOST_IMPORTS = 15
SAME_LINES = 6
MOST_COPIED = 0.02

DOORS = {
    "NodeGraphQt": ("designer/workspace/",),
    "Qt": ("designer/workspace/",),
    "qtawesome": ("designer/icons.py",),
    "ibis": ("engine/tables/", "engine/expressions/"),
    "duckdb": ("engine/tables/", "engine/data_sources/"),
    "pyarrow": ("engine/tables/", "engine/data_sources/"),
    "pandas": (),
    "numpy": (),
    "sqlglot": ("engine/expressions/",),
    "requests": ("engine/http_client/",),
    "urllib3": ("engine/http_client/",),
    "truststore": ("engine/http_client/",),
    "keyring": ("engine/accounts/",),
    "oauthlib": ("engine/accounts/",),
    "cryptography": ("engine/demo/authority.py", "engine/http_client/"),
    "minijinja": ("engine/personalization/",),
    "jinja2": ("engine/personalization/",),
    "css_inline": ("engine/personalization/",),
    "selectolax": ("engine/personalization/",),
    "babel": ("engine/personalization/",),
}
"""Where each outside library may be imported; for the type checker alone it may be named anywhere in `engine`."""


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Return the parsed source at `path`."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the path as people write it."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Return the dotted name of a source."""
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of(path) for path in SOURCES}


def checked_only(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes that only the type checker sees."""
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    return {node for block in blocks for statement in block.body for node in ast.walk(statement)}


def imported(path: Path, *, with_types: bool = False) -> Iterator[str]:
    """Yield the dotted names of the modules that a source imports."""
    tree = tree_of(path)
    hidden = set() if with_types else checked_only(tree)
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_is_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_can_be_read_at_a_glance(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_an_outside_library_has_one_door(path: Path) -> None:
    for module in imported(path):
        library = module.partition(".")[0]
        if library in DOORS:
            assert name_of(path).startswith(DOORS[library]), module


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_knows_few_others(path: Path) -> None:
    own = {module for module in imported(path) if module.partition(".")[0] in PACKAGES}
    own -= {f"engine.{face}" for face in ("text", "errors", "schema")} | {"designer.words", "designer.theme"}
    assert len(own) <= MOST_IMPORTS, sorted(own)


def packages_imported() -> dict[str, set[str]]:
    """Return for each package below `engine` and `designer` those that it imports."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for path in SOURCES:
        source = ".".join(module_of(path).split(".")[:2])
        for module in imported(path):
            target = ".".join(module.split(".")[:2])
            if target.partition(".")[0] in PACKAGES and target != source:
                found[source].add(target)
    return found


def test_no_circle_of_imports_between_packages() -> None:
    graph = packages_imported()
    done: set[str] = set()

    def visit(package: str, way: Sequence[str]) -> None:
        assert package not in way, " → ".join([*way[list(way).index(package) :], package])
        if package not in done:
            for other in sorted(graph.get(package, ())):
                visit(other, [*way, package])
            done.add(package)

    for package in sorted(graph):
        visit(package, [])


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_broad_except_goes_on_in_silence(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or "Exception'" in ast.dump(node.type)):
            does_something = any(isinstance(each, ast.Raise | ast.Return | ast.Call) for each in ast.walk(node))
            assert does_something, f"line {node.lineno}"


def code_lines(path: Path) -> list[str]:
    """Return the lines of a source that say something: no blank ones, comments, imports or docstrings."""
    tree = tree_of(path)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr | ast.Import | ast.ImportFrom):
            continue
        if not isinstance(node, ast.Expr) or isinstance(node.value, ast.Constant):
            skipped.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    texts = [re.sub(r"\s+", " ", line.strip()) for number, line in lines if number not in skipped]
    return [text for text in texts if re.search(r"\w", text) and not text.startswith("#")]


def test_hardly_any_code_is_there_twice() -> None:
    lines = {path: code_lines(path) for path in SOURCES}
    places: dict[tuple[str, ...], list[tuple[Path, int]]] = collections.defaultdict(list)
    for path, texts in lines.items():
        for start in range(len(texts) - SAME_LINES + 1):
            places[tuple(texts[start : start + SAME_LINES])].append((path, start))
    copied = {
        (path, start + offset)
        for found in places.values()
        if len(found) > 1
        for path, start in found
        for offset in range(SAME_LINES)
    }
    share = len(copied) / sum(map(len, lines.values()))
    assert share <= MOST_COPIED, f"{share:.1%}: {sorted({name_of(path) for path, _ in copied})}"
