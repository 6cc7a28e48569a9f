"""What an IFCB says and does: messages, commands, state, client."""
