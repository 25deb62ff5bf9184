import time

from flask import Flask

app = Flask(__name__)


@app.get("/now")
def now():
    return {"now": int(time.time())}


@app.get("/zones")
def zones():
    return {"zones": list(time.tzname)}
