"""Key pairs for tests, made once per run."""

import ipaddress
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import algorithms


@lru_cache
def rsa_pair(name='any'):
    """A private and a public RSA key, in PEM form; one pair for each name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private_pem(key), public_pem(key.public_key())


@lru_cache
def ec_pair(name='any'):
    """A private and a public key on the curve P-256, in PEM form; one pair for each name."""
    key = ec.generate_private_key(ec.SECP256R1())
    return private_pem(key), public_pem(key.public_key())


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(key):
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def jwk_of(public_key, **more):
    """The public key as a JWK that signs."""
    key = serialization.load_pem_public_key(public_key.encode())
    is_rsa = isinstance(key, rsa.RSAPublicKey)
    family = algorithms.RSAAlgorithm if is_rsa else algorithms.ECAlgorithm
    return {**family.to_jwk(key, as_dict=True), 'use': 'sig', **more}


@lru_cache
def certificate(host):
    """A self-signed certificate for an address of this machine, and its key, in PEM form."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(timezone.utc)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), private_pem(key)
