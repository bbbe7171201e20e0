"""Files of settings that people write by hand: what they hold, and what is wrong with them."""
