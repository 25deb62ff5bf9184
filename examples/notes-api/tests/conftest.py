"""Set the environment that the settings need before anything is imported."""

import os

os.environ.setdefault("DATABASE_URL", "sqlite://")
os.environ.setdefault("REDIS_URL", "redis://localhost:6379/0")
os.environ.setdefault("NOTES_API_TOKEN", "token-of-the-tests")
