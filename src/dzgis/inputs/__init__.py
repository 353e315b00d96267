"""
Files to checked frames and rasters: the only room that reads what users bring.

Nothing is repaired in silence and nothing is guessed; all faults of an input are raised at once.
Messages of the log ``dzgis.inputs`` are `Text` values.
"""

from dzgis.inputs.counties import read_counties
from dzgis.inputs.dem import read_dem
from dzgis.inputs.files import sha256_of
from dzgis.inputs.parcels import read_parcels
from dzgis.inputs.place import check_place
from dzgis.inputs.protection import absent, read_protection
from dzgis.inputs.roles import layer_roles, recognise_protection, recognise_role
from dzgis.inputs.samples import sample
from dzgis.inputs.txt import read_txt
from dzgis.inputs.vector import source_crs

__all__ = [
    "absent",
    "check_place",
    "layer_roles",
    "read_counties",
    "read_dem",
    "read_parcels",
    "read_protection",
    "read_txt",
    "recognise_protection",
    "recognise_role",
    "sample",
    "sha256_of",
    "source_crs",
]
