"""The launcher: real PostgreSQL and Valkey for a try or a test, and the product on top of them."""
