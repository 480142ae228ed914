"""The form, as if somebody sat before it."""

import asyncio

import pytest

pytest.importorskip("textual")

from examples.form_editor import Contact, FormEditor, load
from textual.widgets import Input, Static

from ormolu import changes


class Sitting:
    """Somebody before the form."""

    def __init__(self, app, pilot):
        self.app = app
        self.press = pilot.press

    async def type_into(self, name, text):
        self.app.query_one(f"#{name}", Input).focus()
        await self.press("end", *text)

    def shows(self):
        return {one.id: one.value for one in self.app.query(Input)}

    def told(self):
        return str(self.app.query_one("#changes", Static).content)

    def can(self, *actions):
        return [bool(self.app.check_action(action, ())) for action in actions]


@pytest.fixture
def contact():
    return Contact("Ann", "ann@example.com", ["friend"])


@pytest.fixture
def saved():
    return []


@pytest.fixture
def sit(contact, saved):
    """Runs what somebody does at the form."""

    def sit(scene, save=lambda contact: saved.append(str(contact))):
        async def run():
            app = FormEditor(contact, save)
            async with app.run_test() as pilot:
                await pilot.pause()
                await scene(Sitting(app, pilot))

        asyncio.run(run())

    return sit


def test_what_is_typed_is_in_the_object_and_told(sit, contact):
    async def scene(user):
        assert user.told() == "Nothing to save."
        await user.type_into("name", "a")
        await user.type_into("tags", ", [b]")
        assert contact == Contact("Anna", "ann@example.com", ["friend", "[b]"])
        assert user.told() == "name: 'Ann' -> 'Anna'\ntags[1]: (nothing) -> '[b]'"

    sit(scene)


def test_undo_takes_back_what_was_typed_into_one_field(sit, contact):
    async def scene(user):
        await user.type_into("name", "abel")
        await user.type_into("email", ".org")
        await user.press("ctrl+z")
        assert user.shows()["email"] == contact.email == "ann@example.com"
        assert user.shows()["name"] == contact.name == "Annabel"
        await user.press("ctrl+z")
        assert contact.name == "Ann" and user.told() == "Nothing to save."
        assert user.can("undo", "redo", "save", "discard") == [False, True, False, False]
        await user.press("ctrl+y", "ctrl+y")
        assert contact == Contact("Annabel", "ann@example.com.org", ["friend"])
        assert user.shows()["email"] == "ann@example.com.org"

    sit(scene)


def test_who_comes_back_to_a_field_begins_another_step(sit, contact):
    async def scene(user):
        await user.type_into("name", "a")
        await user.press("tab", "shift+tab", "end", "b")
        assert contact.name == "Annab"
        await user.press("ctrl+z")
        assert contact.name == "Anna"

    sit(scene)


def test_several_undos_at_once_can_all_be_redone(sit, contact):
    async def scene(user):
        await user.type_into("name", "a")
        await user.type_into("email", "!")
        await user.type_into("name", "b")
        user.app.action_undo()
        user.app.action_undo()
        user.app.action_undo()
        await user.press("tab")
        assert contact == Contact("Ann", "ann@example.com", ["friend"])
        await user.press("ctrl+y", "ctrl+y", "ctrl+y")
        assert contact == Contact("Annab", "ann@example.com!", ["friend"])

    sit(scene)


def test_undo_of_tags_leaves_the_list_the_list(sit, contact):
    tags = contact.tags

    async def scene(user):
        await user.type_into("tags", ", gilder")
        assert tags == ["friend", "gilder"]
        await user.press("ctrl+z")
        assert tags == ["friend"] and contact.tags is tags
        assert user.shows()["tags"] == "friend"

    sit(scene)


def test_keys_that_can_do_nothing_do_nothing(sit, contact, saved):
    async def scene(user):
        await user.press("ctrl+z", "ctrl+y", "ctrl+s", "ctrl+r")
        assert contact == Contact("Ann", "ann@example.com", ["friend"]) and saved == []

    sit(scene)


def test_what_is_typed_after_an_undo_ends_what_could_be_redone(sit, contact):
    async def scene(user):
        await user.type_into("name", "a")
        await user.press("ctrl+z", "e")
        assert contact.name == "Anne"
        assert user.can("redo") == [False]

    sit(scene)


def test_to_save_is_to_commit_and_can_be_undone(sit, contact, saved):
    async def scene(user):
        await user.type_into("name", "a")
        await user.press("ctrl+s")
        assert saved == [str(contact)] and not changes(contact)
        assert user.told() == "Nothing to save."
        await user.type_into("name", "!")
        await user.press("ctrl+z")
        assert contact.name == "Anna"
        await user.press("ctrl+z")
        assert contact.name == "Ann" and user.told() == "name: 'Anna' -> 'Ann'"

    sit(scene)


def test_what_cannot_be_saved_stays_changed(sit, contact):
    def full(contact):
        raise OSError("the disk is full")

    async def scene(user):
        notified = []
        user.app.notify = lambda message, **_: notified.append(message)
        await user.type_into("name", "a")
        await user.press("ctrl+s")
        assert user.told() == "name: 'Ann' -> 'Anna'"
        assert notified == ["not saved: the disk is full"]

    sit(scene, full)


def test_to_discard_is_to_roll_back_and_can_be_undone(sit, contact):
    async def scene(user):
        await user.type_into("name", "a")
        await user.type_into("tags", ", b")
        await user.press("ctrl+r")
        assert contact == Contact("Ann", "ann@example.com", ["friend"])
        assert user.shows() == {"name": "Ann", "email": "ann@example.com", "tags": "friend"}
        await user.type_into("email", "!")
        await user.press("ctrl+z")
        assert contact == Contact("Ann", "ann@example.com", ["friend"])
        await user.press("ctrl+z")
        assert contact.name == "Anna" and contact.tags == ["friend", "b"]

    sit(scene)


def test_a_file_that_is_not_there_is_an_empty_contact(tmp_path):
    assert load(tmp_path / "contact.json") == Contact()
    path = tmp_path / "ann.json"
    path.write_text('{"name": "Ann"}')
    assert load(path) == Contact("Ann")
