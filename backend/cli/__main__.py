from backend.cli.main import run

run()
