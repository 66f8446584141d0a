"""``python -m dinhbien``."""

import sys

from dinhbien.cli import main

if __name__ == "__main__":
    sys.exit(main())
