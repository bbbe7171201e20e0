"""The commands: each module is one of them, or few that belong together."""
