"""What cannot be in two places, so that there can be no copy of it."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from ..errors import OrmoluError

__all__ = ["Uncopied"]


class Uncopied:
    """Refuses to be copied or pickled, and says what to do instead."""

    __slots__ = ()

    _refusal: ClassVar[type[OrmoluError]]
    _instead: ClassVar[str]

    def __copy__(self) -> NoReturn:
        raise self._refused("copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise self._refused("copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise self._refused("pickled")

    def _refused(self, what: str) -> OrmoluError:
        return self._refusal(f"a {type(self).__name__} cannot be {what}; {self._instead}")
