"""The WSGI application of the `web` process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = get_wsgi_application()

from backend.config.guards import refuse_unsafe_production  # noqa: E402 - settings must be loaded first

refuse_unsafe_production()
