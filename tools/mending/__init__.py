"""Write the mends of a checked plan into the files it was read from: located line by line, all of them or none."""

from .locating import Whereabouts
from .writing import Change, replace_all

__all__ = ["Change", "Whereabouts", "replace_all"]
