"""Read the settings of both processes from the environment."""

from functools import lru_cache
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Hold every setting; what has no default must be set."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: SecretStr
    redis_url: SecretStr
    notes_api_token: SecretStr
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    worker_poll_seconds: int = Field(default=5, ge=1, le=60)


@lru_cache
def settings() -> Settings:
    """Return the settings, read once per process."""
    return Settings()
