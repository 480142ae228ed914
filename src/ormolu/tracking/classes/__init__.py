"""Tracking of classes: begun, ended, and what stands on a class for it."""
