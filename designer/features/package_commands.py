"""Give a flow away with its recorded answers in one file, and open such a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from designer.commands import Command, Desk
from designer.words import tr
from engine.document import package
from engine.errors import CampaignFlowError
from engine.text import Text

ENDING = ".zip"


def _pattern() -> str:
    return f"{tr(Text('Packages of flows'))} (*{ENDING})"


def export_package(desk: Desk) -> None:
    """Ask for a file, and write the flow as it stands and its recorded answers to it."""
    session = desk.session
    name = session.path.stem if session.path is not None else session.flow.name.strip() or tr(Text("Untitled flow"))
    name = package.plain_name(name)
    wish = session.folder / f"{name}{ENDING}"
    chosen, _ = QFileDialog.getSaveFileName(desk.frame, tr(Text("Export with recordings")), str(wish), _pattern())
    if not chosen:
        return
    target = Path(chosen)
    target = target if target.suffix else target.with_suffix(ENDING)
    places = session.params()
    try:
        packed = package.pack(session.flow, name, [Path(places["work"]), *map(Path, places["recordings"])], target)
    except CampaignFlowError as error:
        desk.files.tell(error)
        return
    clear = [each for each in session.findings if each.code in package.CLEAR_SECRETS]
    desk.files.tell_done(_done(target, packed, is_clear=bool(clear)), is_doubtful=bool(clear))


def _done(target: Path, packed: package.Packed, *, is_clear: bool) -> Text:
    count = len(packed.recordings)
    recorded = Text.plural("the recording of {count} call", "the recordings of {count} calls", count=count)
    text = Text(
        "“{file}” holds the flow and {recorded}, without the rows that were sent.", file=target.name, recorded=recorded
    )
    if packed.left_out:
        names = ", ".join(packed.left_out)
        text = Text("{text} The files of these resources are not in it: {names}.", text=text, names=names)
    if is_clear:
        text = Text("{text} What looks like a secret stands in the flow in clear: see the problems.", text=text)
    return text


def open_package(desk: Desk) -> None:
    """Ask for a package and a folder to put its flow in, and show that."""
    if not desk.files.may_leave():
        return
    title = tr(Text("Open a package"))
    chosen, _ = QFileDialog.getOpenFileName(desk.frame, title, str(desk.session.folder), _pattern())
    if not chosen:
        return
    source = Path(chosen)
    folder = QFileDialog.getExistingDirectory(
        desk.frame, tr(Text("Where to put the flow of “{file}”", file=source.name)), str(source.parent)
    )
    if not folder:
        return
    try:
        path = package.unpack(source, Path(folder))
    except CampaignFlowError as error:
        desk.files.tell(error)
        return
    desk.files.open_path(path, is_asked=True)


COMMANDS = (
    Command("open-package", Text("Open a package…"), open_package, (), "file", 5, "package", needs_flow=False),
    Command("export-package", Text("Export with recordings…"), export_package, (), "file", 14, "export"),
)
