"""A country with cities, both sides in step, in a workspace."""

from dataclasses import dataclass
from typing import Any

from ormolu import Workspace, has_changed, related, tracked


def countries(annotation, **options):
    """Return two classes; a country has its cities in a collection of some kind."""

    @tracked
    @dataclass(eq=False)
    class Country:
        name: str
        cities: annotation = related(back_populates="country", **options)

    @tracked
    @dataclass(eq=False)
    class City:
        name: str
        country: Country | None = related(back_populates="cities")

    return Country, City


def with_lists():
    return countries(list[Any])


def with_sets():
    return countries(set[Any])


def with_keys():
    return countries(dict[str, Any], key="name")


class World:
    def __init__(self, make):
        self.Country, self.City = make()
        self.france = self.Country("France")
        self.lyon = self.City("Lyon", self.france)
        self.work = Workspace("name")
        self.work.attach(self.france)

    def cities(self, country=None):
        cities = (country or self.france).cities
        return sorted(c if isinstance(c, str) else c.name for c in cities)

    def check(self):
        assert self.cities() == ["Lyon"]
        assert self.lyon.country is self.france
        assert not has_changed(self.france) and not has_changed(self.lyon)
        assert not self.work.changes() and set(self.work) == {self.france, self.lyon}
