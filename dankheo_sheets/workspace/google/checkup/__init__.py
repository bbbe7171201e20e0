"""Whether all is well: what doctor looks at, and who can open which file."""
