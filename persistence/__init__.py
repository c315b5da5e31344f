"""What is kept: tables, migrations, journal, projections, accounts, outbox. Imports only `schema`."""
