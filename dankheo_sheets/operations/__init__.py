"""What commands are made of: each module carries out one thing that was decided."""
