"""Practice matching: which recorded practices fit an appeal, a dispute or a need, with a score and the words that say so."""
