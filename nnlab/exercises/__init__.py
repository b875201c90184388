"""The chapter's exercises and presets, as data."""
