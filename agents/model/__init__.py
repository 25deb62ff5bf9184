"""Give planners and critic a chat model: asked through one seam, doubted by pure code, and never able to stop a run.

    refuse_unusable(settings.model)                          # before a run begins: a wrong name, address or a missing key is an error
    assistant = Assistant(settings.model)                    # one per run; asks nothing until it is used
    draft = improved(assistant, draft, survey, blueprint, taint, number)   # typed edits on a draft, or the draft as it was, with a note
    critic.review(…, reviewers=(reviewer(assistant, blueprint, taint),))   # one more reviewer, whose vote is kept and never decides

A section gets a model by having words in `prompts/planners/<section id>.md.j2`, nothing else.
"""

from __future__ import annotations

from .access import ChatModel, Message, Reply, chat_model, refuse_unusable
from .assistant import Answer, Assistant
from .improving import improved
from .reviewing import reviewer
from .usage import Usage

__all__ = ["Answer", "Assistant", "ChatModel", "Message", "Reply", "Usage", "chat_model", "improved", "refuse_unusable", "reviewer"]
