"""
Files to checked frames and rasters: the only room that reads what users bring.

Nothing is repaired in silence and nothing is guessed; all faults of an input are raised at once.
Messages of the log ``dzgis.inputs`` are `Text` values.
"""

import lazy_loader

# What `__init__.pyi` names is imported when it is first used: geopandas alone takes a second.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
