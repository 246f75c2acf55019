"""What Google grants us, as the database keeps it: sealed with a key that is in no dump, and for one teacher alone.

AES-256-GCM (NIST SP 800-38D) under a key derived from the deployment's token key (HKDF, RFC 5869); the teacher's id
is authenticated with it, so that a row copied to another teacher opens for nobody.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"lectern calendar grant"
_NONCE_BYTES = 12


class Unreadable(Exception):
    """It was sealed with another key, or for another teacher."""


def seal(key: bytes, teacher_id: UUID, secret: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), teacher_id.bytes)


def unseal(key: bytes, teacher_id: UUID, sealed: bytes) -> str:
    """Raises Unreadable."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return _cipher(key).decrypt(nonce, rest, teacher_id.bytes).decode()
    except InvalidTag as error:
        raise Unreadable from error


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key))
