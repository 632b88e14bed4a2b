"""simcare: practice care-management calls with simulated patients, prove scenarios, and plan the people they need.

Training material, not a clinical protocol. The rooms and their floors are told in docs/design.md.
"""
