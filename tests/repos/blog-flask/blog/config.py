import os


class Config:
    SECRET_KEY = os.environ.get("SECRET_KEY", "dev")
    SQLALCHEMY_DATABASE_URI = os.environ["DATABASE_URL"]
    REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    POSTS_PER_PAGE = int(os.environ.get("POSTS_PER_PAGE", "10"))
    MAIL_SERVER = os.environ.get("MAIL_SERVER")
    MAIL_PASSWORD = os.environ.get("MAIL_PASSWORD")
    LOG_TO_STDOUT = os.environ.get("LOG_TO_STDOUT")
