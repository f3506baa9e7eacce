"""The words by which answers call their rows, what stands beside them, and what only says which row it is."""

from __future__ import annotations

import re
from typing import Any, Final

from engine.tables.json_text import Digits


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, for looking names up."""
    return frozenset(text.split())


DATA: Final = words(
    "data items item results result records record value values hits features entries entry rows row list response "
    "responses content contents docs documents edges nodes member graph payload searchresults output embedded "
    "donnees resultats reponse lignes enregistrements ergebnis ergebnisse daten treffer zeilen eintraege einträge "
    "antwort datos resultados respuesta registros filas dati risultati risposta dados"
)
"""What services call the list that they were asked for (without signs between words, in small letters)."""

SUBJECTS: Final = words(
    "events event matches fixtures games teams players offers deals promotions coupons vouchers discounts campaigns "
    "products orders customers contacts users people persons leads profiles subscribers accounts tickets issues "
    "messages articles posts stories weather movies tracks videos flights hotels places stations forecast forecasts "
    "forecastday observations quotes standings stores shops jobs bookings reservations recipes books coins elements "
    "objects members resources children entities intervals draws races drivers departures arrivals trips journeys "
    "stops recommendations clients etablissements "
    "offres produits commandes magasins evenements matchs equipes previsions bons promotions utilisateurs "
    "angebote kunden produkte bestellungen filialen gutscheine spiele mannschaften vorhersagen veranstaltungen artikel "
    "ofertas productos pedidos tiendas cupones partidos equipos predicciones usuarios eventos "
    "offerte prodotti ordini clienti negozi"
)
"""What campaigns are about, and names that say a little less."""

ERRORS: Final = words("error errors erreur erreurs fehler errores errori")

SLICES: Final = words("days hours weeks months periods slots dia dias jours heures tage stunden giorni ore")
"""Parts of time, which are rows where nothing else is said around them."""

ASIDE: Final = words(
    "links link included includes error errors context facets facetcounts facetfields filters "
    "appliedfilters availablefilters sort sorts sortoptions schema definitions actions queries template curies expand "
    "breadcrumbs suggestions suggest didyoumean attributions attribution licenses licence license dictionaries debug "
    "trace normalized redirects converted parameters related relatedsearches params notices deprecations extensions "
    "cookies headers columnheaders indexes permissions ads promotedcontent navigation menus fragments relationships "
    "filtres filtre filtros filtro filter filtri sorting sortings breadcrumb tri sortierung "
    "searchfacets facetgroups liens lien erreurs erreur avertissements verweise fehler hinweise enlaces errores avisos"
)
"""Lists of these names, or below them, describe the answer; they never hold the rows where others do."""

SLIGHT: Final = words(
    "meta metadata info status sources units providers models warnings alerts config settings request query pagination "
    "paging fields columns aggregations aggs"
)
HEADINGS: Final = words(
    "columns fields headers header schema cols names keys labels columnnames fieldnames metadata "
    "columnheaders rowtype columninfo columndefinitions fielddefinitions structure"
)
LINKS: Final = words("rel rels href url method type title templated name hreflang media")
"""What a link says of itself."""

GROUPS: Final = words(
    "group groups section sections page pages block blocks chunk chunks batch batches list lists set sets range ranges "
    "placement placements date dates bucket buckets view views gruppen groupes grupos listes listen listas"
)
"""What services call parts that have no sense of their own."""

TITLES: Final = words("name title label nom titre libelle bezeichnung titel nombre titulo nome titolo")
"""What a thing is called, which is more than a wrapper has."""

OPTIONS: Final = words("id key value code label libelle text count url href selected active order checked")
"""What a choice that an answer offers for the next request says of itself."""
LABELS: Final = words("label libelle text")

_WHICH: Final = words(
    "id uid cid uuid guid key type kind index score etag object class self href url uri link links cursor fullurl "
    "created updated update lastupdate archived revision rev version expand success status position rank date time "
    "datetime timestamp dt ts start end starttime endtime validtime lat lon lng latitude longitude elevation timezone "
    "epoch dateepoch epochdate epochtime locale language lang"
)
"""Names of values that say which row it is, when and where, and what became of it, and nothing else about it."""

_OF_ANSWER: Final = words(
    "status code success ok message date time timestamp version unit units currency source base lang language locale "
    "timezone license disclaimer copyright statut estado etat unite devise einheit waehrung stand quelle fuente moneda"
)

_WHICH_END: Final = re.compile(
    r".*(?:[a-z](?:Id|ID|At|Date|Time|Url|URL|Uri|URI|DateTime|Epoch|Index)|_(?:id|at|date|time|url|uri|timestamp|epoch|utc))",
    re.DOTALL,
)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)
_ABOUT_ROWS: Final = re.compile(
    r"(?:nb|num|number|total|max|min|per|page|current|next|prev|previous|last|first|has|is)?"
    r"(?:[a-z]*count|[a-z]*(?:time|elapsed|duration)ms|total|size|length|limit|offset|skip|page|pages|hits|items|results?|rows|records|games|events|matches|"
    r"perpage|hitsperpage|itemsperpage|range|took|majordimension|timestep|season|round|year|month|day|week|found|more)"
)
"""Names of counts, of pages, and of the part of a whole that a list is."""


def plain(name: str) -> str:
    """Return a name in small letters and without signs between its words."""
    return re.sub(r"[\W_]", "", name).lower()


def says_which(name: str, value: Any) -> bool:
    """Return whether a value only says which row it is, when or where, or what became of it."""
    if isinstance(value, bool) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return True
    return plain(name) in _WHICH or _WHICH_END.fullmatch(name) is not None


def says_of_answer(name: str, value: Any) -> bool:
    """Return whether a value tells of an answer as a whole: when it was made, how it went, in which unit it is."""
    if isinstance(value, bool) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return True
    return plain(name) in _OF_ANSWER or says_how_many(name, value)


def says_how_many(name: str, value: Any) -> bool:
    """Return whether a value tells of rows, their number or their pages, rather than of the matter."""
    return not isinstance(value, float | Digits) and _ABOUT_ROWS.fullmatch(plain(name)) is not None
