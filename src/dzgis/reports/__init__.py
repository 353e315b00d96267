"""Reports (报告): tables, XLSX, and what machines read."""

import lazy_loader

# What `__init__.pyi` names is imported when it is first used: geopandas alone takes a second.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
