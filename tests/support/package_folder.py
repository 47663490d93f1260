"""Where the package lies that is being tested, for processes that tests start.

A test that sent its processes to the sources beside it would look at them even where another copy
of the package is tested, and see nothing that is broken there.
"""

from pathlib import Path

import poruka

MODEL = Path(poruka.__file__).parents[1]
"""The folder to put on the path of a process that is to find the same package."""
