"""``python -m vaas``: the command ``vaas``, where its script is not on the PATH."""

from vaas_cli.main import main

if __name__ == "__main__":
    main()
