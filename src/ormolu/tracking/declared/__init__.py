"""What a class says of its instances: which fields they have, and of which kind."""
