"""Run the sandbox: one HTTP server and one SMTP server on the loopback interface, until SIGTERM or SIGINT."""

import argparse
import signal
import sys
from types import FrameType

from waitress import create_server  # type: ignore[import-untyped]  # waitress ships no types

from sandbox import http_faults
from sandbox.app import create_app
from sandbox.mail.sink import make_server
from sandbox.settings import Settings, settings_from
from sandbox.world import make_world

THREADS = 32
DESCRIPTION = "The outside world, simulated: TGR, insurance, inspection, fines, SMTP, municipal web sites."
ENVIRONMENT = """environment:
  SANDBOX_PORT             HTTP port (8100; 0: any free one)
  SANDBOX_SMTP_PORT        SMTP port (2525; 0: any free one)
  SANDBOX_DATE_SHIFT_DAYS  whole days between the machine's date and the sandbox's (0)
  SANDBOX_STATE            directory for what must outlive a restart (none: memory only)
  SANDBOX_PKI              directory of the development certificate authority to serve under /pki/ (none)
  SANDBOX_USER, SANDBOX_PASSWORD  sign-in of the registers (sandbox, sandbox)
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=DESCRIPTION,
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args(arguments)
    try:
        run(settings_from())
    except ValueError as error:
        parser.error(str(error))
    except OSError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def run(settings: Settings) -> None:
    """Serve until the process is told to stop. Raises OSError where a port is taken."""
    world = make_world(settings)
    web = create_server(
        create_app(world),
        host="127.0.0.1",
        port=settings.port,
        threads=THREADS,
        channel_request_lookahead=1,  # lets a held answer notice that its caller has left
        ident="sandbox",
    )
    smtp = make_server(world.mails, world.faults, settings.smtp_port)
    smtp.start()
    world.notices.start()

    def stop(number: int, frame: FrameType | None) -> None:
        http_faults.stopping.set()
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"sandbox ready: http://localhost:{web.effective_port}/ smtp://127.0.0.1:{smtp.port}", flush=True)
    try:
        web.run()
    finally:
        world.notices.stop()
        smtp.stop()
        web.close()
        world.store.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
