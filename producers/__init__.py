"""How events get in: the SDK (event_producer), importers, the simulator, reference data. Imports schemas only."""
