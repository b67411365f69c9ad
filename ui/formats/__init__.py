"""How each language of the interface writes dates and numbers (FORMAT_MODULE_PATH)."""
