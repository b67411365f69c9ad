"""The demo town: an invented commune that can be shown to anyone, because nobody in it is real."""
