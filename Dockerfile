# One image for web, worker, clock and migrations: the command makes the difference.
# syntax is plain on purpose: no BuildKit extension, so any builder makes it.

FROM python:3.11-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
WORKDIR /opt/marianne
COPY bin/lib/uv.txt /tmp/uv.txt
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/uv.txt
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-default-groups --no-cache
COPY . .
# The values are thrown away: collectstatic reads the settings and connects to nothing.
RUN SECRET_KEY=construction DATABASE_URL=postgresql://localhost/construction \
    STATIC_ROOT=/opt/marianne/statique \
    .venv/bin/python manage.py collectstatic --no-input

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/marianne --create-home marianne
COPY --from=build /opt/marianne /opt/marianne
WORKDIR /opt/marianne
# What commands write (import reports): a volume takes its owner from here.
RUN install -d -o marianne -g marianne var
# Attachments, and where they arrive: the same disk, so that keeping one is a renaming.
RUN install -d -m 750 -o marianne -g marianne /var/lib/marianne/pieces \
    /var/lib/marianne/pieces/arrivees
ENV PATH=/opt/marianne/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=marianne.settings \
    STATIC_ROOT=/opt/marianne/statique
USER marianne
EXPOSE 8000
CMD ["gunicorn", "marianne.wsgi", "--config", "deploy/gunicorn.conf.py"]
