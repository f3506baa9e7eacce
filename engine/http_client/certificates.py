"""Says in sentences why a certificate is not trusted: who issued it, until when it was valid, whose it is."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.errors import CallError, Code
from engine.http_client.proxies import Proxy
from engine.secure_socket import tidy
from engine.text import Text

EXPIRED = Code("EXT-CERTIFICATE-EXPIRED", "The certificate of the host is not valid any more, or not yet.")
WRONG_HOST = Code("EXT-CERTIFICATE-HOST", "The certificate belongs to another host.")
UNTRUSTED = Code("EXT-CERTIFICATE-ISSUER", "The certificate was issued by nobody whom this computer trusts.")
REFUSED = Code("EXT-CERTIFICATE", "The certificate of the host does not hold.")

_NOT_YET, _EXPIRED, _SELF_SIGNED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 18, 62, 64
_ISSUER = (19, 20, 21)
_PATIENCE_S = 3.0
_NAMES_TOLD = 5
_URL = "request.url"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a certificate says about itself."""

    issuer: str
    start: datetime
    end: datetime
    names: tuple[str, ...]


def refusal(error: ssl.SSLCertVerificationError, host: str, port: int, proxy: Proxy | None = None) -> CallError:
    """Return the sentence for a certificate that was refused.

    It is fetched once more to be read; nothing is sent over that connection.
    """
    facts = _fetched(host, port, proxy)
    code, text, hint = _told(error, host, facts)
    return CallError(code, text, hint=hint, field=_URL)


def _told(error: ssl.SSLCertVerificationError, host: str, facts: Facts | None) -> tuple[Code, Text, Text]:
    number = error.verify_code
    ask = Text("Ask the owner of the service to renew it. Nothing was sent.")
    own = Text("If it is your own server, name its certificate authority with --ca or REQUESTS_CA_BUNDLE.")
    values = {"host": host, **_values(facts)}
    if number == _EXPIRED:
        return EXPIRED, Text("The certificate of “{host}” expired on {end}. {issuer}", **values), ask
    if number == _NOT_YET:
        hint = Text("Check the clock of this computer. Nothing was sent.")
        return EXPIRED, Text("The certificate of “{host}” is not valid before {start}. {issued}", **values), hint
    if number in (_WRONG_HOST, _WRONG_ADDRESS):
        hint = Text("Check the host in the URL. Nothing was sent.")
        return WRONG_HOST, Text("The certificate is for “{names}”, not for “{host}”. {issued}", **values), hint
    if number == _SELF_SIGNED:
        words = Text("The certificate of “{host}” is signed by itself: nobody vouches for it. {issued}", **values)
        return UNTRUSTED, words, own
    if number in _ISSUER:
        words = Text("This computer does not trust the issuer of the certificate of “{host}”. {issued}", **values)
        return UNTRUSTED, words, own
    reason = (error.verify_message or str(error.reason)).rstrip(".")
    return REFUSED, Text("The certificate of “{host}” does not hold: {reason}. {issued}", reason=reason, **values), ask


def _values(facts: Facts | None) -> dict[str, object]:
    """Return what the sentences say about a certificate."""
    if facts is None:
        return {"end": "?", "start": "?", "names": "?", "issuer": "", "issued": ""}
    end = f"{facts.end:%Y-%m-%d}"
    return {
        "end": end,
        "start": f"{facts.start:%Y-%m-%d}",
        "names": ", ".join(facts.names[:_NAMES_TOLD]),
        "issuer": Text("It was issued by “{issuer}”.", issuer=facts.issuer),
        "issued": Text("It was issued by “{issuer}” and is valid until {end}.", issuer=facts.issuer, end=end),
    }


def _fetched(host: str, port: int, proxy: Proxy | None) -> Facts | None:
    """Return what the certificate of a host says, or None when it cannot be had a second time."""
    context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # it has been refused already, and only its text is wanted
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        with closing(_opened(host, port, proxy, context)) as connection:
            connection.connect()
            certificate = connection.sock.getpeercert(binary_form=True)
        return _read(certificate) if certificate else None
    return None


def _opened(host: str, port: int, proxy: Proxy | None, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    if proxy is None:
        return http.client.HTTPSConnection(host, port, timeout=_PATIENCE_S, context=context)
    through = http.client.HTTPSConnection(proxy.host, proxy.port, timeout=_PATIENCE_S, context=context)
    through.set_tunnel(host, port, proxy.headers)
    return through


def _read(certificate: bytes) -> Facts:
    from cryptography import x509

    read = x509.load_der_x509_certificate(certificate)
    names: list[str] = []
    with contextlib.suppress(x509.ExtensionNotFound):
        alternatives = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [str(each) for each in alternatives.get_values_for_type(x509.DNSName)]
        names += [str(each) for each in alternatives.get_values_for_type(x509.IPAddress)]
    return Facts(
        _called(read.issuer),
        read.not_valid_before_utc.astimezone(UTC),
        read.not_valid_after_utc.astimezone(UTC),
        tuple(names) or (_called(read.subject),),
    )


def _called(name: object) -> str:
    """Return the common name of a party, else its organisation, else all of its name."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    if isinstance(name, x509.Name):
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
            for attribute in name.get_attributes_for_oid(kind):
                return str(attribute.value)
        return name.rfc4514_string()
    return str(name)
