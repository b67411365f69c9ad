"""Pages of figures: the board, an engagement, its demandes, and the API."""
