"""Certificates for servers of this machine: one that is good, and each way of being none."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Kind = Literal["good", "self_signed", "wrong_name", "expired"]


@dataclass(frozen=True)
class Authority:
    """Who signs, with the certificate that makes a client trust it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@cache
def authority() -> Authority:
    """The one that signs what is good, the same for the whole run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Test authority")
    builder = _builder(name, name, key, _now() + timedelta(days=30))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(key, builder.sign(key, hashes.SHA256()))


def trusted_file(folder: Path) -> Path:
    """The file that `SSL_CERT_FILE` has to name for a client to trust the authority."""
    path = folder / "authority.pem"
    path.write_bytes(authority().certificate.public_bytes(serialization.Encoding.PEM))
    return path


@cache
def server_context(kind: Kind = "good", host: str = "127.0.0.1") -> ssl.SSLContext:
    """What a server at this host shows itself with."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(kind, key, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        both = Path(folder) / "server.pem"
        both.write_bytes(_key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(both)
    return context


def _certificate(kind: Kind, key: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    subject = _name("A server")
    signs_itself = kind == "self_signed"
    issuer = subject if signs_itself else authority().certificate.subject
    ends = _now() + timedelta(days=-1 if kind == "expired" else 30)
    named = _general_name("elsewhere.example" if kind == "wrong_name" else host)
    builder = _builder(subject, issuer, key, ends)
    builder = builder.add_extension(x509.SubjectAlternativeName([named]), critical=False)
    return builder.sign(key if signs_itself else authority().key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=60))
        .not_valid_after(ends)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _now() -> datetime:
    """The machine's own clock: OpenSSL looks at no other."""
    return datetime.now(UTC)
