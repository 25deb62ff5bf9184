"""Run the command line: `python -m deploybook`."""

from .faces.cli import main

if __name__ == "__main__":
    main()
