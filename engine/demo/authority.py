"""The demo API's own certificate authority: the one door to cryptography, which is loaded late."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.errors import Code, FileError
from engine.secure_socket import tidy
from engine.text import Text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, Name

NO_FOLDER = Code("FILE-NO-DATA-FOLDER", "The folder for the program's own data cannot be made or written.")

HOST: Final = "demo-api.example"
"""The reserved host of the demo API (RFC 2606): it never means another computer."""

_NAMES: Final = (HOST, "localhost")
_ADDRESS: Final = "127.0.0.1"
_AUTHORITY_LIFE: Final = timedelta(days=730)
_RENEW_BEFORE: Final = timedelta(days=60)
_SERVER_LIFE: Final = timedelta(days=30)
_SKEW: Final = timedelta(days=1)


def data_folder() -> Path:
    """Return the folder of this user for the program's own data, as the platform has it. It may not exist yet."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "campaign-flow-designer"


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority that can vouch for the demo API's names only.

    `file` holds its public certificate, under a name of its own, so that a renewal changes no file in use.
    """

    certificate: Certificate
    key: EllipticCurvePrivateKey
    file: Path

    @classmethod
    def of(cls, folder: Path, now: datetime) -> Authority:
        """Return the authority kept in `folder`, made anew where it is missing, unusable or near its end.

        The key can be read by its owner alone. `now` has a time zone. Raises FileError.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            certificate, key = _kept(folder, now) or _made(folder, now)
            fingerprint = hashlib.sha256(_public(certificate)).hexdigest()[:16]
            file = folder / f"authority-{fingerprint}.pem"
            if not file.exists():
                _write(file, _public(certificate))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FileError(
                NO_FOLDER,
                Text("The demo API cannot keep its certificate in “{folder}”: {reason}.", folder=folder, reason=reason),
                hint=Text("Make the folder writable."),
            ) from None
        return cls(certificate, key, file)

    def server_context(self, now: datetime) -> ssl.SSLContext:
        """Return the TLS context of a server, with a new certificate that is good for 30 days."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID

        key = ec.generate_private_key(ec.SECP256R1())
        names = [*map(x509.DNSName, _NAMES), x509.IPAddress(ipaddress.ip_address(_ADDRESS))]
        certificate = (
            _builder(_named(HOST), self.certificate.subject, key, now, _SERVER_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        context = tidy(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with _passing_file(_private(key) + _public(certificate), self.file.parent) as file:
            context.load_cert_chain(file)
        return context


def _kept(folder: Path, now: datetime) -> tuple[Certificate, EllipticCurvePrivateKey] | None:
    """Return the authority in `folder`, or None when it cannot be used, or others could have read its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    file = folder / "authority.pem"
    try:
        content = file.read_bytes()
        key = load_pem_private_key(content, None)
        certificate = x509.load_pem_x509_certificate(content)
    except (FileNotFoundError, ValueError):
        return None
    is_private = os.name != "posix" or file.stat().st_mode & 0o077 == 0
    is_valid = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - _RENEW_BEFORE
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not (is_private and is_valid):
        return None
    return (certificate, key) if key.public_key() == certificate.public_key() else None


def _made(folder: Path, now: datetime) -> tuple[Certificate, EllipticCurvePrivateKey]:
    """Make a new authority and keep it in `folder`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Campaign Flow Designer demo authority")
    permitted = [*map(x509.DNSName, _NAMES), x509.IPAddress(ipaddress.ip_network(f"{_ADDRESS}/32"))]
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        _builder(name, name, key, now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        # whoever gets hold of the key can still not pretend to be anybody else
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "authority.pem", _private(key) + _public(certificate))
    return certificate, key


def _named(name: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: Name, issuer: Name, key: EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> CertificateBuilder:
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + life)
    )


def _public(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _private(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes) -> None:
    """Write a file at once and for its owner alone."""
    with _passing_file(content, file.parent) as written:
        written.replace(file)


@contextmanager
def _passing_file(content: bytes, folder: Path) -> Iterator[Path]:
    """Yield a file with `content` that only its owner can read; it is gone after the block."""
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")  # mode 0600
    file = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        yield file
    finally:
        file.unlink(missing_ok=True)
