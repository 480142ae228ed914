"""Whether a source distribution has what the native core is built of, and nothing built.

usage: check_sdist.py SDIST
"""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

KERNEL = Path(__file__).parent.parent / "src" / "ormolu" / "_kernel"


def main() -> None:
    """Check the archive that the command line names."""
    archive = Path(sys.argv[1])
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    inside = {Path(name).name for name in names if "/_kernel/" in name}
    sources = {path.name for kind in ("*.py", "*.pyx", "*.pxd") for path in KERNEL.glob(kind)}
    wrong = [f"{name} is missing" for name in sorted(sources - inside)]
    wrong += [f"{name} should not be there" for name in names if name.endswith((".c", ".so"))]
    if wrong:
        raise SystemExit("\n".join([f"{archive.name}:", *wrong]))
    print(f"{archive.name} has all {len(sources)} sources of the kernel")


if __name__ == "__main__":
    main()
