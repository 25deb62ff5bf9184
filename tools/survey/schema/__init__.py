"""Read migration files that are written in SQL or XML, whichever language their program is in."""
