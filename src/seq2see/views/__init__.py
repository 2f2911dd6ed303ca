"""Pictures of runs and traces, composed from the drawings."""
