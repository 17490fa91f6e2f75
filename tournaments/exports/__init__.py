"""A tournament as others read it: pure functions of what its log has come to. docs/tournaments.md has the fields."""
