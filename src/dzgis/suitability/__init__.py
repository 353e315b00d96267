"""
Suitability (适宜性): criteria, value functions, weights, limiting conditions, grades, robustness.

Pure functions of arrays and frames; the pipeline measures the terrain and hands it over.
"""

import lazy_loader

# What `__init__.pyi` names is imported when it is first used: geopandas alone takes a second.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
