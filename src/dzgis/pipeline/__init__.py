"""The pipeline: the only place where rooms meet. Command line and Python API both end here."""

import lazy_loader

# What `__init__.pyi` names is imported when it is first used: geopandas alone takes a second.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
