"""Files that come with a demande: known by their content, kept under names of our own, scanned."""
