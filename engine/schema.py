"""What a table's rows are made of: columns, their types, and the linked tables one can reach from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class ColumnType(StrEnum):
    """The types of columns. A `date-time` is kept in UTC without a zone; a `list` holds rows of its own."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date-time"
    LIST = "list"


class Cardinality(StrEnum):
    """How many linked rows a row has: exactly one, at most one, or any number (ACS 2.3, Enrichment)."""

    ONE = "1"
    ZERO_OR_ONE = "0..1"
    MANY = "n"


LINE_NUMBER = "lineNum"
"""The system column of file and API tables: the 1-based number of the line (ACS 1.5)."""

TARGET = "target"
"""The link from a row to its row in the targeting dimension (ACS 2.1)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `fields` are the columns of a list column's rows; `length` the most characters of a text."""

    id: str
    type: ColumnType
    label: str = ""
    length: int | None = None
    fields: tuple[Column, ...] = ()
    is_system: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the column as JSON without the members that say nothing."""
        data: dict[str, Any] = {"id": self.id, "type": str(self.type)}
        if self.label:
            data["label"] = self.label
        if self.length is not None:
            data["length"] = self.length
        if self.fields:
            data["fields"] = [column.to_json() for column in self.fields]
        if self.is_system:
            data["system"] = True
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Column:
        """Rebuild what `to_json` gave."""
        return cls(
            id=data["id"],
            type=ColumnType(data["type"]),
            label=data.get("label", ""),
            length=data.get("length"),
            fields=tuple(cls.from_json(column) for column in data.get("fields", ())),
            is_system=data.get("system", False),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A simple link to one row of another table, reached as `<id>.<column>`.

    A stored link is a struct column of the table with the link's id; the link `target` is not stored: its
    columns are looked up in the dimension's resource by the table's key when somebody asks for them.
    """

    id: str
    schema: TableSchema
    label: str = ""
    cardinality: Cardinality = Cardinality.ZERO_OR_ONE
    is_stored: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the link as JSON."""
        return {
            "id": self.id,
            "label": self.label,
            "cardinality": str(self.cardinality),
            "stored": self.is_stored,
            "schema": self.schema.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Link:
        """Rebuild what `to_json` gave."""
        return cls(
            id=data["id"],
            schema=TableSchema.from_json(data["schema"]),
            label=data.get("label", ""),
            cardinality=Cardinality(data.get("cardinality", Cardinality.ZERO_OR_ONE)),
            is_stored=data.get("stored", True),
        )


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns and links of a table.

    `dimension` is the resource that the rows are people (or things) of, empty for rows of a file or an API
    (ACS 2.1: unknown dimension); `key` is the id of the column that identifies a row in that resource.
    """

    columns: tuple[Column, ...] = ()
    links: tuple[Link, ...] = ()
    key: str = ""
    dimension: str = ""

    def column(self, path: str) -> Column | None:
        """Return the column at `path` (`code`, `weather.sky`, `target.region`), or None."""
        head, _, rest = path.partition(".")
        if rest:
            link = self.link(head)
            return link.schema.column(rest) if link else None
        return next((column for column in self.columns if column.id == path), None)

    def link(self, id: str) -> Link | None:
        """Return the link with this id, or None."""
        return next((link for link in self.links if link.id == id), None)

    def paths(self) -> Iterator[tuple[str, Column]]:
        """Yield every reachable column with its path: own columns first, then each link's."""
        for column in self.columns:
            yield column.id, column
        for link in self.links:
            for path, column in link.schema.paths():
                yield f"{link.id}.{path}", column

    def stored_paths(self) -> Iterator[tuple[str, Column]]:
        """Yield the columns that the table itself holds, with their paths."""
        for column in self.columns:
            yield column.id, column
        for link in self.links:
            if link.is_stored:
                for path, column in link.schema.stored_paths():
                    yield f"{link.id}.{path}", column

    def with_columns(self, *columns: Column) -> TableSchema:
        """Return the schema with `columns` added, each in the place of a column with the same id."""
        replaced = {column.id: column for column in columns}
        kept = tuple(replaced.pop(column.id, column) for column in self.columns)
        return replace(self, columns=(*kept, *replaced.values()))

    def with_link(self, link: Link) -> TableSchema:
        """Return the schema with `link` added, or in the place of the link with its id."""
        return replace(self, links=(*(old for old in self.links if old.id != link.id), link))

    def to_json(self) -> dict[str, Any]:
        """Return the schema as JSON."""
        return {
            "columns": [column.to_json() for column in self.columns],
            "links": [link.to_json() for link in self.links],
            "key": self.key,
            "dimension": self.dimension,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableSchema:
        """Rebuild what `to_json` gave."""
        return cls(
            columns=tuple(Column.from_json(column) for column in data.get("columns", ())),
            links=tuple(Link.from_json(link) for link in data.get("links", ())),
            key=data.get("key", ""),
            dimension=data.get("dimension", ""),
        )
