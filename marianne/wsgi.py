"""WSGI entry point."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")

application = get_wsgi_application()
# Every view, once, before the server forks: else the first request to each new process, after a
# crash too, waits a second for them.
import_module(settings.ROOT_URLCONF)
