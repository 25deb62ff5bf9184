import smtplib
from email.message import EmailMessage

from flask import current_app
from redis import Redis
from rq import Queue


def queue() -> Queue:
    return Queue("blog-mail", connection=Redis.from_url(current_app.config["REDIS_URL"]))


def announce(address: str, title: str) -> None:
    message = EmailMessage()
    message["To"], message["Subject"] = address, title
    with smtplib.SMTP(current_app.config["MAIL_SERVER"]) as server:
        server.send_message(message)
