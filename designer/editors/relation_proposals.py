"""Proposes how an inbound table is linked to the primary set: by which columns, and how well they match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.forms.asking import ask
from designer.forms.binding import Binding
from designer.forms.parts import button, card, clear, label, row
from designer.words import tr
from engine.text import Text

CARDINALITY_WORDS = {
    "1": Text("Each row has exactly one linked row"),
    "0..1": Text("Each row has at most one linked row"),
    "n": Text("Each row has any number of linked rows"),
}
"""The cardinalities of ACS 2.3 in words."""

Use = Callable[[str, Mapping[str, Any]], object]
"""Takes a proposal over: (transition that is linked, the engine's proposal)."""


class RelationProposals(QWidget):
    """A card for each table that is wired in and not linked yet, with the engine's best idea."""

    def __init__(self, binding: Binding, linked: Callable[[], set[str]], use: Use) -> None:
        """Follow `binding`; `linked` gives the transitions that have a relation already."""
        super().__init__()
        self._binding = binding
        self._linked = linked
        self._use = use
        self._shown: dict[str, Mapping[str, Any] | None] = {}
        self._cards = QVBoxLayout(self)
        self._cards.setContentsMargins(0, 0, 0, 0)
        binding.changed.connect(self.refresh)
        binding.surroundings_changed.connect(self._ask_again)
        self.refresh()

    def refresh(self) -> None:
        """Show a card for each open table, and ask for the proposals that are missing."""
        session, activity = self._binding.session, self._binding.activity
        entry = session.flow.activities.get(activity)
        wired = entry.inputs.get("linked", ()) if entry is not None else ()
        waiting = [name for name in wired if name not in self._linked()]
        self._shown = {name: self._shown.get(name) for name in waiting}
        for name in waiting:
            if self._shown[name] is None:
                self._shown[name] = {}
                params = {**session.params(), "activity": activity, "source": name}
                ask(session, self, "propose_relation", params, on_result=partial(self._take, name))
        self._rebuild()

    def _ask_again(self) -> None:
        self._shown = {}
        self.refresh()

    def _take(self, name: str, proposal: Mapping[str, Any]) -> None:
        if name in self._shown:
            self._shown[name] = proposal
            self._rebuild()

    def _rebuild(self) -> None:
        clear(self._cards)
        for name, proposal in self._shown.items():
            self._cards.addWidget(self._card(name, proposal or {}))
        self.setVisible(bool(self._shown))

    def _card(self, name: str, proposal: Mapping[str, Any]) -> QWidget:
        source = self._binding.session.name_of_transition(name)
        title = label(Text("“{source}” is wired in and not linked yet.", source=source), "strong")
        if not proposal.get("criteria") and not proposal.get("attach"):
            words = Text("No columns fit by name and type: add a relation below and choose them.")
            return card(title, label(words, "hint"))
        pairs = ", ".join(f"{each['source']} = {each['destination']}" for each in proposal["criteria"])
        cardinality = CARDINALITY_WORDS.get(str(proposal.get("cardinality")), Text(""))
        sentence = str(proposal.get("sentence") or pairs)
        words, tip = Text("Link them"), Text("Link the two tables by {pairs}", pairs=pairs)
        if not pairs:
            words, tip = Text("Attach it to every row"), Text("Give every row of the primary set this one row")
        use = button(words, tip, lambda: self._use(name, proposal), kind="soft")
        return card(title, label(sentence), label(tr(cardinality), "hint"), row(use, None))
