"""``python -m dzgis``."""

from dzgis.cli import main

if __name__ == "__main__":
    main()
