"""How events become numbers: a pure core (event sets, folds, cells) and an edge (Faust, Kafka transactions)."""
