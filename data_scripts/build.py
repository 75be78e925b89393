"""Build all embedded data, in the order in which one needs the other. `--check` only compares with the manifest."""

import subprocess
import sys
from pathlib import Path

ORDER = ("photos", "fashion_mnist", "mnist", "emoji", "emoji_labels", "faces", "streets", "dancers")

if __name__ == "__main__":
    for name in ORDER:
        script = Path(__file__).with_name(f"build_{name}.py")
        subprocess.run([sys.executable, str(script), *sys.argv[1:]], check=True)
