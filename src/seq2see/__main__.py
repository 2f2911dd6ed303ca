"""``python -m seq2see``, the same as the command ``seq2see``."""

from seq2see.cli.main import main

if __name__ == "__main__":
    main()
