"""A neural-network laboratory in the browser."""
