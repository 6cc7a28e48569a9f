"""What happened, kept: recorder, store, reader, export."""
