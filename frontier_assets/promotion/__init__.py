"""From evidence and policy to "may it move, and if not, why"; and the moves made on that."""
