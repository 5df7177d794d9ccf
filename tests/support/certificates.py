"""Authorities and certificates of others, made with openssl, for tests of what we do with them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

AUTHORITY = "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash"
SERVER = "basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth", "subjectKeyIdentifier=hash"


def openssl(*arguments: str | Path, stdin: str = "") -> str:
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def public_key(path: Path) -> CertificatePublicKeyTypes:
    """That of the first certificate in a PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes()).public_key()


class Authority:
    """One that signs itself, or that another one signed."""

    def __init__(self, directory: Path, name: str, issuer: Authority | None = None) -> None:
        self.key, self.certificate = directory / f"{name}.key", directory / f"{name}.pem"
        self.name, self.directory = name, directory
        new_key(self.key)
        if issuer:
            self.certificate.write_text(issuer.sign(request(self.key, name), *AUTHORITY))
        else:
            extensions = [part for extension in AUTHORITY for part in ("-addext", extension)]
            asked = ["req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", "3650", *extensions]
            self.certificate.write_text(openssl(*asked))

    @property
    def pem(self) -> str:
        return self.certificate.read_text()

    def sign(self, asked: str, *extensions: str, days: int = 825) -> str:
        """The certificate for a request; without extensions those that it asks for, as an authority may that looked at them."""
        signing = ["x509", "-req", "-CA", self.certificate, "-CAkey", self.key, "-days", str(days), "-CAcreateserial"]
        if not extensions:
            return openssl(*signing, "-copy_extensions", "copyall", stdin=asked)
        file = self.directory / "extensions"
        file.write_text("\n".join((*extensions, "authorityKeyIdentifier=keyid:always")))
        return openssl(*signing, "-extfile", file, stdin=asked)

    def issue(self, key: Path, *names: str, days: int = 90) -> str:
        """A server's certificate for names such as ``DNS:x``."""
        new_key(key)
        return self.sign(request(key, names[0]), *SERVER, f"subjectAltName={','.join(names)}", days=days)


def new_key(path: Path) -> None:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)


def request(key: Path, name: str) -> str:
    return openssl("req", "-new", "-key", key, "-subj", f"/CN={name.replace('/', '')}")
