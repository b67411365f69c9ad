"""Files of call records: each format turns lines into calls, knowing nothing of services."""
