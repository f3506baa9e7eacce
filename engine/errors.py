"""What can go wrong, sorted by what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from engine.text import Text


@dataclass(frozen=True, slots=True)
class Code:
    """A stable name for one way of going wrong, declared in the module that raises it.

    `id` is what people search for (`EXT-TIMEOUT`), `meaning` one English line for the documentation and
    `acs` the code that Adobe Campaign Standard shows for the same condition, if it has one.
    """

    id: str
    meaning: str
    acs: str = ""


class Level(StrEnum):
    """How bad a finding is: errors stop a run, warnings do not, information never needs an answer."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about the flow, and where to mend it.

    `activity` is an activity id or empty (the flow itself); `field` a dotted path in its settings
    (`request.headers.0.name`) or empty.
    """

    level: Level
    code: Code
    text: Text
    activity: str = ""
    field: str = ""
    hint: Text | None = None

    def to_json(self) -> dict[str, object]:
        """Return the finding as JSON: code, level, acs, message, hint, activity, field, and the raw text."""
        return {
            "level": str(self.level),
            "code": self.code.id,
            "acs": self.code.acs,
            "message": str(self.text),
            "hint": str(self.hint) if self.hint else "",
            "activity": self.activity,
            "field": self.field,
            "text": self.text.to_json(),
        }


class CampaignFlowError(Exception):
    """Anything that stops work with a sentence for a person, a code and a way out.

    Raised where the fact is known and caught at the doors only (runner, serve, command line). `activity`
    and `field` say where to mend it; the runner fills in the activity when the raiser does not know it.
    """

    def __init__(
        self,
        code: Code,
        text: Text,
        *,
        hint: Text | None = None,
        activity: str = "",
        field: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Keep what happened (`text`), its `code`, the place and the way out (`hint`)."""
        super().__init__(str(text))
        self.finding = Finding(Level.ERROR, code, text, activity, field, hint)
        self.details = dict(details or {})

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the error that a finding of the checks becomes when somebody runs the flow all the same."""
        return cls(finding.code, finding.text, hint=finding.hint, activity=finding.activity, field=finding.field)

    @property
    def code(self) -> Code:
        """Return the stable code."""
        return self.finding.code

    @property
    def text(self) -> Text:
        """Return the sentence."""
        return self.finding.text

    @property
    def field(self) -> str:
        """Return the dotted path of the setting to mend, or an empty string."""
        return self.finding.field

    @property
    def activity(self) -> str:
        """Return the id of the activity concerned, or an empty string."""
        return self.finding.activity

    def at(self, activity: str) -> Self:
        """Return this error with the activity filled in, if it was not known before."""
        if not self.finding.activity:
            self.finding = replace(self.finding, activity=activity)
        return self

    def to_json(self) -> dict[str, object]:
        """Return the error as JSON, in the shape of `Finding.to_json` with `details` beside it."""
        return {**self.finding.to_json(), "details": self.details}


class FileError(CampaignFlowError):
    """A file cannot be read or written: mend it, or choose another one."""


class SettingsError(CampaignFlowError):
    """A setting is missing or wrong: change it in the panel."""


class DataError(CampaignFlowError):
    """The rows break a promise: mend the data, or choose a policy for such rows."""


class CallError(CampaignFlowError):
    """The other side did not answer, or answered wrongly: try again or ask its owner."""


class GuardrailError(CampaignFlowError):
    """A limit was reached: ask for less, or raise the limit."""


class SecretError(CampaignFlowError):
    """A secret is missing or the keyring is closed: enter it."""


class TemplateError(CampaignFlowError):
    """A message text cannot be rendered: mend the text."""


class RunCancelled(CampaignFlowError):
    """A person stopped the run: start again when ready."""


class InternalError(CampaignFlowError):
    """The program is at fault: report it with the code."""
