"""Pages of answer sheets, text modules and the annuaire."""
