"""Doing to a graph what a change set says, all of it or nothing."""
