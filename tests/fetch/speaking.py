"""A server that speaks TLS with a certificate of its own, and just enough IMAP to log in and find no folder."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def self_signed(path: Path) -> Path:
    """Write a certificate of 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    coding, no_secret = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(coding, serialization.PrivateFormat.PKCS8, no_secret)
    path.write_bytes(secret + made.public_bytes(coding))
    return path


def presenting(certificate: Path) -> ssl.SSLContext:
    """A server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


class Speaker:
    """The server: how often it was called, and the commands it heard in the clear and encrypted."""

    def __init__(self, context: ssl.SSLContext, *, at_once: bool) -> None:
        self._context, self._at_once = context, at_once
        self.calls = 0
        self.clear: list[str] = []
        self.encrypted: list[str] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self.calls += 1
            with client:
                try:
                    self._call(client)
                except OSError:  # the other side did not like the certificate
                    continue

    def _call(self, client: socket.socket) -> None:
        client.settimeout(10)
        if not self._at_once:
            client.sendall(b"* OK ready\r\n")
            if not self._talk(client, self.clear):
                return
        with self._context.wrap_socket(client, server_side=True) as hidden:
            if self._at_once:
                hidden.sendall(b"* OK ready\r\n")
            self._talk(hidden, self.encrypted)

    def _talk(self, client: socket.socket, heard: list[str]) -> bool:
        """Answer commands until the end, or True for STARTTLS."""
        with client.makefile("rb", buffering=0) as lines:
            for line in lines:
                tag, word, *_ = line.split()
                heard.append(word.decode())
                told = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" if word == b"CAPABILITY" else b""
                client.sendall(told + tag + b" OK done\r\n")
                if word == b"STARTTLS":
                    return True
        return False
