"""How the web processes run in production; the proxy in front ends TLS and slow clients."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
graceful_timeout = 20
max_requests = 2000
max_requests_jitter = 200
worker_tmp_dir = "/dev/shm"  # noqa: S108 gunicorn's own heartbeat files, on memory
control_socket_disable = True
accesslog = "-"
