"""What proves that ormolu can be trusted: ``make reliability`` runs it, and prints a table."""
