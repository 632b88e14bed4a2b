"""Scenarios as data: the format, the intent library, the policy, the condition language, the library on disk."""
