"""A form in the terminal with undo, redo, save and discard.

The form edits a tracked dataclass; what has changed is shown below it as one types.  Each
step of undo is a run of edits of one field.  `python -m examples.form_editor [FILE]` edits
a contact in a JSON file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Footer, Input, Label, Static

from ormolu import Timeline, changes, commit, has_changed, rollback, tracked

__all__ = ["Contact", "FormEditor", "load"]


@tracked
@dataclass
class Contact:
    """What is edited."""

    name: str = ""
    email: str = ""
    tags: list[str] = field(default_factory=list)


class FormEditor(App[None]):
    """A field for each of a contact's, and what differs from what was saved.

    Args:
        contact: what is edited; it is changed as one types.
        save: is given the contact when it is to be saved.
    """

    BINDINGS = [
        # a field of the form would take some of these for itself
        Binding("ctrl+z", "undo", "Undo", priority=True),
        Binding("ctrl+y", "redo", "Redo", priority=True),
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("ctrl+r", "discard", "Discard", priority=True),
    ]

    def __init__(self, contact: Contact, save: Callable[[Contact], object]) -> None:
        super().__init__()
        self.contact = contact
        self._save = save
        self._timeline = Timeline(contact, coalesce=2)

    def compose(self) -> ComposeResult:
        for name, text in _texts(self.contact).items():
            yield Label(name)
            yield Input(text, id=name)
        yield Static(id="changes", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        self._show_changes()

    # -- editing ---------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Take over what was typed; a word is one step, as long as one goes on typing."""
        name = event.input.id
        assert name is not None
        if name == "tags":
            tags = event.value.split(",")
            self.contact.tags[:] = [tag.strip() for tag in tags if tag.strip()]
        else:
            setattr(self.contact, name, event.value)
        self._timeline.mark(name)
        self._show_changes()

    def on_input_blurred(self) -> None:
        """Begin another step where one comes back to a field."""
        self._timeline.seal()

    def action_undo(self) -> None:
        self._timeline.undo()
        self._show_all()

    def action_redo(self) -> None:
        self._timeline.redo()
        self._show_all()

    def action_save(self) -> None:
        try:
            self._save(self.contact)
        except OSError as error:
            self.notify(f"not saved: {error}", severity="error")
            return
        commit(self.contact)
        self._timeline.seal()
        self._show_changes()

    def action_discard(self) -> None:
        """Go back to what was saved; even that can be undone."""
        rollback(self.contact)
        self._timeline.mark("discard")
        self._show_all()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done."""
        possible = {
            "undo": self._timeline.can_undo,
            "redo": self._timeline.can_redo,
            "save": has_changed(self.contact),
            "discard": has_changed(self.contact),
        }
        return possible.get(action, True) or None

    # -- showing ---------------------------------------------------------------------------

    def _show_all(self) -> None:
        with self.prevent(Input.Changed):
            for name, text in _texts(self.contact).items():
                self.query_one(f"#{name}", Input).value = text
        self._show_changes()

    def _show_changes(self) -> None:
        told = str(changes(self.contact)) or "Nothing to save."
        self.query_one("#changes", Static).update(told)
        self.refresh_bindings()


def _texts(contact: Contact) -> dict[str, str]:
    return {"name": contact.name, "email": contact.email, "tags": ", ".join(contact.tags)}


def load(path: Path) -> Contact:
    """Return the contact in a file; an empty one, if there is no file."""
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return Contact(**found)


def main(path: Path) -> None:
    """Edit the contact in a file."""

    def save(contact: Contact) -> None:
        path.write_text(json.dumps(asdict(contact), indent=2))

    FormEditor(load(path), save).run()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "contact.json"))
