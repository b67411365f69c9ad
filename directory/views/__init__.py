"""Pages that keep the annuaire, by noun; all but the public ones are the administrateur's."""
