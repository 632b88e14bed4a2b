"""Run the command line as `python -m simcare.cli`."""

from simcare.cli import main

main()
