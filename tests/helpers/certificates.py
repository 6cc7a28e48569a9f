"""Certificates made for the occasion by the openssl program."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl program")


def make_certificate(folder: Path, *names: str) -> Path:
    """Return a PEM file with a self-signed certificate for names such as IP:127.0.0.1."""
    path, key = folder / "server.pem", folder / "server.key"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-keyout {key} -out {path} -subj /CN=test -addext subjectAltName={','.join(names)}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    """Return the TLS settings of a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context
