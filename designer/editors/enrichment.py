"""The Enrichment activity's tabs: relations with proposals, what is added, what happens to rows without a match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from designer.editors.relation_fields import make_additions, make_relations, relation_name
from designer.editors.relation_proposals import RelationProposals
from designer.forms.binding import Binding
from designer.forms.pages import MakeOne, Plan, Section, Tab, plan_tabs
from designer.forms.paths import as_list, as_mapping
from designer.forms.specs import FieldKind, FieldSpec, default_of, walk
from designer.words import tr
from engine.document.model import split_source
from engine.text import Text


def tabs(binding: Binding, specs: Sequence[FieldSpec]) -> Sequence[Tab]:
    """Return the tabs of an Enrichment activity."""
    lists = {path: spec for path, spec in walk(specs) if spec.kind is FieldKind.MODELS}
    relations = next((path for path, spec in lists.items() if _criteria(spec) is not None), "")
    added = tuple(path for path in lists if path != relations)
    before = (partial(_proposals, relations, lists[relations]),) if relations else ()
    makers = _makers(lists, relations)
    plans = (
        Plan(
            Text("Relations"),
            (Section(None, (relations,), before=before),) if relations else (),
            rest=("",),
            help=Text("Adobe Campaign: Properties and Advanced relations"),
            makers=makers,
        ),
        Plan(
            Text("Additional data"),
            tuple(Section(None, (path,)) for path in added),
            help=Text("Adobe Campaign: Additional data"),
            makers=makers,
        ),
    )
    return plan_tabs(binding, specs, plans)


def _makers(lists: Mapping[str, FieldSpec], relations: str) -> dict[str, MakeOne]:
    """Return the lists whose entries name a wired table, or a relation, and pick it instead of typing."""
    makers: dict[str, MakeOne] = {
        path: partial(make_additions, relations=relations)
        for path, spec in lists.items()
        if relations and spec.child("relation") is not None
    }
    if relations:
        makers[relations] = partial(make_relations, source=_source(lists[relations]))
    return makers


def _proposals(path: str, spec: FieldSpec, binding: Binding) -> RelationProposals:
    """Return the cards of proposals for the relations at `path`, whose entries are declared by `spec`."""
    source = _source(spec)

    def linked() -> set[str]:
        return {str(as_mapping(each).get(source)) for each in as_list(binding.get(path))}

    def use(name: str, proposal: Mapping[str, Any]) -> None:
        title = tr(binding.session.name_of(split_source(name)[0]))
        relations = [*as_list(binding.get(path)), _relation(spec, name, title, proposal)]
        binding.put(path, relations, tr(Text("Relations")), merge=False)
        binding.session.runs.run_to(binding.activity)

    return RelationProposals(binding, linked, use)


def _relation(spec: FieldSpec, name: str, title: str, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the relation that takes the engine's `proposal` for the transition `name`, called `title`, over."""
    source = _source(spec)
    criteria = _criteria(spec)
    entry = {**default_of(spec.fields), source: name}
    offered = {"id": relation_name({"source": name}), "label": title}
    offered |= {each: proposal[each] for each in ("cardinality", "attach") if proposal.get(each)}
    entry |= {each: value for each, value in offered.items() if spec.child(each) is not None and each != source}
    if criteria is not None and proposal.get("criteria"):
        left, right = _sides(criteria)
        entry[criteria.name] = [{left: each["source"], right: each["destination"]} for each in proposal["criteria"]]
    return entry


def _criteria(spec: FieldSpec) -> FieldSpec | None:
    """Return the list within a relation whose entries compare two columns."""
    return next((each for each in spec.fields if each.kind is FieldKind.MODELS and len(_texts(each)) > 1), None)


def _sides(criteria: FieldSpec) -> tuple[str, str]:
    left, right, *_ = _texts(criteria)
    return left, right


def _texts(spec: FieldSpec) -> list[str]:
    return [each.name for each in spec.fields if each.kind is FieldKind.TEXT]


def _source(spec: FieldSpec) -> str:
    """Return the setting of a relation that names the transition it links."""
    names = _texts(spec)
    return next((name for name in ("source", "inbound", "transition", "linked") if name in names), names[0])
