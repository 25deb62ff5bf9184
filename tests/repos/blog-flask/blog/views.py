from flask import Blueprint, abort, current_app, jsonify, request

from blog.extensions import db
from blog.jobs import announce, queue
from blog.models import Post

pages = Blueprint("pages", __name__)


@pages.get("/posts")
def posts():
    page = request.args.get("page", 1, type=int)
    found = db.paginate(db.select(Post).order_by(Post.id.desc()), page=page, per_page=current_app.config["POSTS_PER_PAGE"])
    return jsonify([{"id": p.id, "title": p.title} for p in found])


@pages.get("/posts/<int:post_id>")
def post(post_id: int):
    return jsonify(db.session.get(Post, post_id).title) if db.session.get(Post, post_id) else abort(404)


@pages.post("/posts")
def add():
    wanted = Post(title=request.json["title"], body=request.json["body"])
    db.session.add(wanted)
    db.session.commit()
    queue().enqueue(announce, "readers@example.com", wanted.title)
    return jsonify(id=wanted.id), 201
