"""The room's log: what is right but may surprise, in both languages."""

from __future__ import annotations

import logging

LOG = logging.getLogger("dzgis.inputs")
"""Messages are `Text` values; ``record.msg.say(lang)`` gives the words."""
