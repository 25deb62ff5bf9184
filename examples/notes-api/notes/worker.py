"""Count the words of new notes: `python -m notes.worker`."""

import logging
import signal
from types import FrameType

from sqlalchemy.orm import sessionmaker

from . import queue
from .database import Note, engine
from .settings import settings

log = logging.getLogger("notes.worker")


def count(note_id: int) -> None:
    """Write the number of words of one note; a note that is gone is no error."""
    with sessionmaker(engine())() as db:
        note = db.get(Note, note_id)
        if note is None:
            log.info("note %s is gone", note_id)
            return
        note.words = len(note.body.split())
        db.commit()
        log.info("note %s has %s words", note_id, note.words)


def main() -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first."""
    logging.basicConfig(level=settings().log_level)
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log.info("waiting for notes")
    while not stopping:
        note_id = queue.take(settings().worker_poll_seconds)
        if note_id is not None:
            count(note_id)


if __name__ == "__main__":
    main()
