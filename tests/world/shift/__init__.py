"""Tests of the shift."""
