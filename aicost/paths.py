"""Where the shipped files are: beside the package in a clone, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """The folder `name` of the wheel when there is one, else the clone's own."""
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"{_PACKAGE}: {name}: the folder shipped with aicost is not there; "
        "install aicost-kit again, or run from a whole clone"
    )


def data_dir() -> Path:
    """The folder of prices, speeds, wages, hardware, policies, defaults and scenarios.

    Returns
    -------
    An existing folder.

    Raises
    ------
    FileNotFoundError
        The installation is not whole.

    Examples
    --------
    >>> data_dir().name
    'data'
    """
    return _shipped("data")


def notebooks_dir() -> Path:
    """The folder of the notebooks, 00_first_bill to 13_client_review.

    Returns
    -------
    An existing folder.

    Raises
    ------
    FileNotFoundError
        The installation is not whole.

    Examples
    --------
    >>> notebooks_dir().name
    'notebooks'
    """
    return _shipped("notebooks")


def find(path: str | Path) -> Path:
    """A file as named from the working folder, else as named from what is shipped.

    Parameters
    ----------
    path : such as data/scenarios/help-desk.yaml; an absolute path stays as it is. [Path]

    Returns
    -------
    The path as given where nothing is found, for the reader's own error to name.

    Examples
    --------
    >>> find("data/scenarios/help-desk.yaml").is_file()
    True
    """
    here, shipped = Path(path), data_dir().parent / path
    return shipped if shipped.exists() and not here.exists() else here
