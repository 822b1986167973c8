"""The schema that editors use says what the reader reads."""

from __future__ import annotations

import jsonschema
import pytest

from fp.codec import LAYOUT, read_issue
from fp.config import Property
from fp.issueschema import issue_schema, table
from tests.support.issues import CONFIG, A

OWN = CONFIG._replace(properties={"severity": Property("choice", ("minor", "major"))})


def test_the_table_has_the_keys_of_the_layout_and_the_properties() -> None:
    names = [field.name for field in table(OWN).fields]
    assert names == [*(key for group in LAYOUT for key in group), "severity"]


@pytest.mark.parametrize(
    ("key", "text", "value", "fine"),
    [
        ("status", "done", "done", True),
        ("status", "finished", "finished", False),
        ("priority", "urgent", "urgent", False),
        ("parent", "FP-bbbbbbb", "FP-bbbbbbb", True),
        ("parent", "FP-b", "FP-b", False),
        ("depends_on", "[FP-bbbbbbb]", ["FP-bbbbbbb"], True),
        ("depends_on", "[x]", ["x"], False),
        ("labels", "auth", "auth", True),
        ("labels", "", None, True),
    ],
)
def test_schema_and_reader_agree(key: str, text: str, value: object, fine: bool) -> None:
    data = f"---\nid: {A}\ntitle: T\n{key}: {text}\n---\n".encode()
    valid = jsonschema.Draft202012Validator(issue_schema(OWN)).is_valid({"id": A, "title": "T", key: value})
    assert (read_issue(f".issues/{A}.md", data, OWN)[0] is not None, valid) == (fine, fine)


def test_a_property_of_the_settings_is_in_it() -> None:
    check = jsonschema.Draft202012Validator(issue_schema(OWN))
    assert check.is_valid({"severity": "major"})
    assert not check.is_valid({"severity": "huge"})
