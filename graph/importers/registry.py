"""Lists the formats that can be imported; adding one is a line here, its file and its fixtures."""

from graph.importers.frame import Importer
from graph.importers.jobspy import JobSpyImporter
from graph.importers.linkedin.importer import LinkedInImporter
from graph.importers.tables.importer import TableImporter

# The first that recognises a file reads it: the most particular formats come first.
IMPORTERS: tuple[Importer, ...] = (LinkedInImporter(), JobSpyImporter(), TableImporter())
