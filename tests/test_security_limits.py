"""Every limit can be set, has an error that says how, and trips."""

from __future__ import annotations

import time
from dataclasses import fields, replace

import pytest

from kg.errors import SettingsError
from kg.limits import DEFAULT, LimitError, Limits, check, check_depth, check_text, load_limits, variable

NAMES = [f.name for f in fields(Limits)]


def test_there_are_limits_on_everything_that_grows() -> None:
    assert len(NAMES) == 20


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_set_by_its_variable_and_trips_one_above(name: str) -> None:
    limits = load_limits({variable(name): "7", "HOME": "/nowhere"})
    assert limits == replace(DEFAULT, **{name: 7})
    check(limits, name, 7)
    with pytest.raises(LimitError) as caught:
        check(limits, name, 8, "file.txt")
    assert caught.value.where == "file.txt"
    assert caught.value.limit == name
    assert "more than the 7 " in caught.value.message
    assert f"KG_MAX_{name.upper()}=" in str(caught.value.hint)


@pytest.mark.parametrize(("given", "bytes_"), [("3K", 3072), ("2M", 2 << 20), ("1G", 1 << 30), (" 12 ", 12)])
def test_sizes_may_have_a_suffix(given: str, bytes_: int) -> None:
    assert load_limits({"KG_MAX_FILE_SIZE": given}).file_size == bytes_


@pytest.mark.parametrize("given", ["", "0", "-1", "1.5", "many", "1T", "1" * 16, "٣"])
def test_a_malformed_limit_is_refused(given: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_limits({"KG_MAX_FILE_SIZE": given})
    assert caught.value.where == "KG_MAX_FILE_SIZE"


def test_a_misspelt_limit_is_not_ignored() -> None:
    with pytest.raises(SettingsError) as caught:
        load_limits({"KG_MAX_FILESIZE": "1"})
    assert caught.value.where == "KG_MAX_FILESIZE"
    assert "KG_MAX_FILE_SIZE" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "limit", "where"),
    [
        ("a\nbb cc dd ee\nf", "line_length", "x.txt, line 2"),
        ("a\n\nbbbbbb\n", "token_length", "x.txt, line 3"),
        ("a\n" * 50, "text_length", "x.txt"),
    ],
)
def test_a_text_names_the_line_that_is_too_long(text: str, limit: str, where: str) -> None:
    with pytest.raises(LimitError) as caught:
        check_text(Limits(text_length=60, line_length=10, token_length=5), text, "x.txt")
    assert (caught.value.limit, caught.value.where) == (limit, where)


def test_checking_a_text_takes_time_in_proportion_to_it() -> None:
    lines = ("a" * (DEFAULT.token_length - 1) + " ") * 19 + "\n"
    text = lines * (DEFAULT.text_length // len(lines))
    started = time.process_time()
    check_text(DEFAULT, text)
    check_depth(DEFAULT, text)
    assert time.process_time() - started < 2


def test_depth_counts_brackets_that_are_open_at_the_same_time() -> None:
    check_depth(Limits(depth=3), "()" * 100 + "((())) ]]] {[()]}")
    with pytest.raises(LimitError) as caught:
        check_depth(Limits(depth=3), "([{(")
    assert caught.value.limit == "depth"
