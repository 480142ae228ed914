"""All that a state has, to be compared with what it has later."""


def frozen(state):
    """Return the fields of a state, containers copied; those that were not made are not there."""
    names = ("_committed", "_expired_keys", "_parents", "_strong_obj", "_tracked_values")
    fields = {name: getattr(state, name) for name in (*names, "expired", "modified")}
    copied = {
        name: value.copy() if hasattr(value, "copy") else value for name, value in fields.items()
    }
    return copied, dict(vars(state)), dict(state.dict)
