"""The settings that a command goes by."""

import os
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.operate.failure import Failure
from server.settings import PREFIX, Settings


def configured(data: Path | None) -> Settings:
    """Those of the environment, but for the data folder where another one is given. Raises Failure."""
    try:
        settings = Settings.from_environment(os.environ)
    except ValidationError as error:
        faults = [f"{PREFIX}{'_'.join(map(str, one['loc'])).upper()}: {_said(one)}" for one in error.errors()]
        raise Failure("These settings are to be corrected:\n" + "\n".join(faults)) from None
    return settings.model_copy(update={"data": data}) if data else settings


def _said(fault: ErrorDetails) -> str:
    """What is wrong with a setting."""
    match fault["type"]:
        case "extra_forbidden":
            return "There is no such setting; docs/operations.md lists them."
        case "bool_parsing":
            return "It must be true or false."
        case "int_parsing":
            return "It must be a whole number."
    return f"{fault['msg']}.".replace("Input should", "It must")
