"""`bin/test --faults`: which modules a person's words choose."""

import pytest
from launching import faults
from launching.places import Refusal


def test_each_fault_has_its_module() -> None:
    assert {"F1", "F8", "F11"} <= faults.modules().keys()
    assert all(path.exists() for path in faults.modules().values())


def test_all_faults_unless_some_are_named() -> None:
    every = faults.pytest_arguments([])
    assert [str(path) for path in faults.modules().values()] == every[: len(faults.modules())]
    two = faults.pytest_arguments(["f8", "F1"])
    assert two[:2] == [str(faults.modules()[name]) for name in ("F8", "F1")]
    assert not any("test_f02" in word for word in two)


def test_options_are_pytests_own() -> None:
    assert faults.pytest_arguments(["F1", "-x", "--randomly-seed=4"])[-2:] == [
        "-x",
        "--randomly-seed=4",
    ]


def test_an_unknown_fault_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match=r"F99.*F1, "):
        faults.pytest_arguments(["F99"])
