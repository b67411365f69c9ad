"""Import of demandes kept elsewhere: a file, a mapping, and every valid row or nothing."""
