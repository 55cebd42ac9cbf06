"""`python -m aftercart` is the console command."""

from aftercart.config.cli import main

main()
