"""
Block tasks: in order, on threads, on processes or on a Dask cluster.

A task is a pure function of one block, so that the answers do not depend on how they were found.
What it computes is not known here.
"""

from dzgis.engine.choice import ENGINES, THREADS, Engine, EngineName
from dzgis.engine.run import run_blocks

__all__ = ["ENGINES", "THREADS", "Engine", "EngineName", "run_blocks"]
