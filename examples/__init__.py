"""Examples that are run by tests, each made to be copied into an application."""
