"""Dictionaries of tracked objects: each of them is where its own key says."""

from dataclasses import dataclass

import pytest
from worlds import with_keys

from ormolu import changes, commit, errors, on_change, related, rollback, tracked

Country, City = with_keys()


@pytest.fixture
def france():
    france = Country("France")
    for name in ("Lyon", "Nice"):
        City(name, france)
    commit(france)
    return france


PUTS = {
    "set": lambda cities, key, city: cities.__setitem__(key, city),
    "update": lambda cities, key, city: cities.update({key: city}),
    "merge": lambda cities, key, city: cities.__ior__({key: city}),
    "default": lambda cities, key, city: cities.setdefault(key, city),
}


@pytest.mark.parametrize("put", PUTS.values(), ids=PUTS)
def test_an_object_is_put_under_its_own_key_only(france, put):
    city = City("Brest")
    with pytest.raises(errors.CollectionError, match=r"'Brest'.*under 'Berlin'.*Country\.cities"):
        put(france.cities, "Berlin", city)
    assert (list(france.cities), city.country) == (["Lyon", "Nice"], None)
    put(france.cities, "Brest", city)
    assert (france.cities["Brest"], city.country) == (city, france)


def test_so_it_is_when_all_are_assigned(france):
    city = City("Brest")
    with pytest.raises(errors.CollectionError, match=r"'Brest'.*under 'Berlin'"):
        france.cities = {"Berlin": city}
    assert not changes(france) and city.country is None
    france.cities = {"Brest": city}
    assert france.cities == {"Brest": city} and city.country is france


@pytest.mark.parametrize("put", PUTS.values(), ids=PUTS)
def test_an_object_whose_key_has_changed_is_moved(france, put):
    lyon = france.cities["Lyon"]
    told = []
    on_change(france, call=lambda event: told.append(list(event.new)))
    lyon.name = "Lugdunum"
    assert list(france.cities) == ["Lyon", "Nice"]
    put(france.cities, "Lugdunum", lyon)
    put(france.cities, "Lugdunum", lyon)
    assert list(france.cities) == ["Lugdunum", "Nice"] and lyon.country is france
    assert told == [["Lugdunum", "Nice"]]
    rollback(france)
    assert list(france.cities) == ["Lyon", "Nice"] and lyon.country is france


def test_who_had_that_key_goes(france):
    lyon, nice = france.cities["Lyon"], france.cities["Nice"]
    lyon.name = "Nice"
    france.cities["Nice"] = lyon
    assert france.cities == {"Nice": lyon}
    assert (lyon.country, nice.country) == (france, None)


def test_set_knows_the_key(france):
    city = City("Brest")
    france.cities.set(city)
    assert france.cities["Brest"] is city and city.country is france


@pytest.mark.parametrize("thing", [None, 3, object(), City.__new__(City)])
def test_what_has_no_key(france, thing):
    with pytest.raises(errors.CollectionError, match=r"no value for the key of Country\.cities"):
        france.cities["x"] = thing
    assert not changes(france)


def test_a_key_that_no_object_has():
    @tracked
    @dataclass(eq=False)
    class Atlas:
        cities: dict[str, City] = related(key="mayor")

    atlas = Atlas()
    with pytest.raises(errors.CollectionError, match=r"Atlas\.cities.*related\(key=") as caught:
        atlas.cities["Brest"] = City("Brest")
    assert isinstance(caught.value.__cause__, AttributeError)
    assert atlas.cities == {} and not changes(atlas)


def test_an_object_goes_from_where_it_is_when_its_key_has_changed(france):
    lyon = france.cities["Lyon"]
    lyon.name = "Lugdunum"
    assert list(france.cities) == ["Lyon", "Nice"]
    lyon.country = None
    assert list(france.cities) == ["Nice"]
    gallia = Country("Gallia")
    lyon.country = gallia
    assert gallia.cities == {"Lugdunum": lyon}
    for one in (lyon, gallia, france):
        rollback(one)
    assert france.cities == {"Lyon": lyon, "Nice": france.cities["Nice"]}
    assert lyon.country is france and not gallia.cities


def test_who_is_replaced_is_told(france):
    lyon, other = france.cities["Lyon"], City("Lyon")
    other.country = france
    assert france.cities["Lyon"] is other
    assert lyon.country is None
    france.cities["Lyon"] = lyon
    assert (lyon.country, other.country) == (france, None)


def test_who_is_not_there_cannot_go(france):
    with pytest.raises(errors.NotAMemberKeyError, match=r"City.*is not in Country\.cities"):
        france.cities.remove(City("Lyon"))
    assert list(france.cities) == ["Lyon", "Nice"]


def test_what_is_no_tracked_object():
    city = City("Brest")
    with pytest.raises(
        errors.UntrackedInstanceError, match=r"3 .*City\.country.*@ormolu\.tracked"
    ):
        city.country = 3
    with pytest.raises(
        errors.NoSuchAttributeError, match=r"City has no related\(\) field 'cities'"
    ):
        city.country = City("Lyon")
    assert city.country is None
