import os

import sentry_sdk
from flask import Flask

from blog.config import Config
from blog.extensions import db, migrate
from blog.views import pages


def create_app() -> Flask:
    if os.environ.get("SENTRY_DSN"):
        sentry_sdk.init(os.environ["SENTRY_DSN"])
    app = Flask(__name__)
    app.config.from_object(Config)
    db.init_app(app)
    migrate.init_app(app, db)
    app.register_blueprint(pages)
    return app
