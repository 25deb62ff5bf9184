from flask import Flask

app = Flask(__name__)


@app.get("/greet")
def greet():
    return {"greeting": "hello"}
