"""The ASGI application: pages and sockets."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from config.operations import OperationsMiddleware
from config.websocket import application as sockets

application = ProtocolTypeRouter({"http": OperationsMiddleware(pages), "websocket": sockets})
