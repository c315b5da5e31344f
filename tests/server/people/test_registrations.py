import pytest

from schema.language import LANGUAGES
from server.people.registrations import scheme_fault, value_fault
from server.sentences import sentence


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("GST", "123456789 RT0001"),
        ("TPS", "123456789rt0001"),
        ("QST", "1234567890 TQ 0001"),
        ("TVQ", "1234567890TQ0001"),
        ("NEQ", "1145 678 901"),
        ("VAT", "FR 40 303 265 045"),
        ("VAT", "DE-123456789"),
        ("DUNS", "12-345-6789"),
        ("GLN", "4006381333931"),
        ("EIN", "anything at all"),
    ],
)
def test_a_number_of_the_expected_form_stands(scheme: str, value: str) -> None:
    assert scheme_fault(scheme) is None
    assert value_fault(scheme, value) is None


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("GST", "123456789"),
        ("GST", "123456789 TQ0001"),
        ("GST", "123456789 RT00012"),
        ("QST", "123456789 TQ0001"),
        ("NEQ", "114567890"),
        ("NEQ", "١٢٣٤٥٦٧٨٩٠"),
        ("VAT", "12"),
        ("DUNS", "ABCDEFGHI"),
        ("GLN", ""),
        ("EIN", " - "),
    ],
)
def test_a_number_of_another_form_is_told(scheme: str, value: str) -> None:
    assert value_fault(scheme, value) == "bad_registration"
    assert all(sentence("bad_registration", language) for language in LANGUAGES)


@pytest.mark.parametrize("scheme", ["", "gst", "G", "G-T", "TOOLONGNAME1", "É1"])
def test_a_scheme_is_a_short_word_in_capitals(scheme: str) -> None:
    assert scheme_fault(scheme) == "bad_scheme"
