"""The revisions of the tables, run by `Database.migrate`."""
