from pydantic import RedisDsn
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    project_name: str = "Notes"
    environment: str = "local"
    database_url: str
    redis_url: RedisDsn
    secret_key: str
    access_token_minutes: int = 30
    backend_cors_origins: list[str] = []
    log_level: str = "INFO"
    docs_enabled: bool = False


settings = Settings()
