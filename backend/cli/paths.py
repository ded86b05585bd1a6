"""Where things stand in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".sem"
FRONTEND = ROOT / "frontend"
FRONTEND_DIST = ROOT / "frontend-dist"
PUBLIC_DOCUMENTS = ROOT / "backend" / "schema" / "public" / "documents"
PROCFILE = ROOT / "Procfile"
