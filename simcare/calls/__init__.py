"""Calls: the engine, the listener, scoring, players and rehearsal. Knows no screen, no store and no wall clock."""
