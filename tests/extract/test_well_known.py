from importlib import resources

import pytest
import yaml

from sekimori.extract.well_known import Category, category, holder
from sekimori.values import domain


def test_every_listed_name_is_a_domain_and_listed_once() -> None:
    text = resources.files("sekimori.extract").joinpath("well_known.yaml").read_text(encoding="utf-8")
    listed = yaml.safe_load(text)
    names = [name for names in listed.values() for name in names]

    assert set(listed) == set(Category) - {Category.PUBLIC_SUFFIX}
    assert [domain.normal(name) for name in names] == names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("freemail.example", Category.FREE_MAIL),
        ("mx.freemail.example", Category.FREE_MAIL),
        ("notfreemail.example", None),
        ("docs.google.com", Category.SHARING),
        ("www.google.com", Category.PORTAL),
        ("co.jp", Category.PUBLIC_SUFFIX),
        ("github.io", Category.HOSTING),
        ("evil.github.io", None),
        ("evil.example", None),
        ("intra", None),
    ],
)
def test_category(name: str, expected: Category | None) -> None:
    assert category(name) is expected


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.evil.example", "evil.example"),
        ("www.evil.co.jp", "evil.co.jp"),
        ("www.evil.duckdns.org", "www.evil.duckdns.org"),
        ("evil.github.io", "evil.github.io"),
        ("intra", "intra"),
        ("co.jp", "co.jp"),
    ],
)
def test_holder(host: str, name: str) -> None:
    assert holder(host) == name


def test_every_category_has_a_meaning() -> None:
    assert all(found.meaning for found in Category)
