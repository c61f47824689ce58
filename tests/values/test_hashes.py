import hashlib

import pytest

from sekimori.values import hashes
from sekimori.values.errors import InvalidValue


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_normal_and_algorithm(algorithm: str) -> None:
    digits = hashlib.new(algorithm, b"sample").hexdigest()
    assert hashes.normal(f" {digits.upper()}\n") == digits
    assert hashes.algorithm(digits.upper()) == algorithm


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("-", "it is empty"),
        ("a" * 32 + "\0", "it holds a NUL character"),
        ("g" * 32, "it holds more than hexadecimal digits"),
        ("ａ" * 32, "it holds more than hexadecimal digits"),
        ("a" * 31, "it has 31 digits, not 32, 40, 64 or 128"),
    ],
)
def test_normal_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        hashes.algorithm(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("hash", written, reason)
