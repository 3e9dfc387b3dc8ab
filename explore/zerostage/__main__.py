"""Entry of `python3 -m zerostage`."""

import sys

from zerostage.cli import main

sys.exit(main())
