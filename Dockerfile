# A small image that serves as nobody in particular, from a root file system that may be read-only.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/attendance
COPY requirements.lock ./
RUN /opt/attendance/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY storage storage
RUN /opt/attendance/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
    && /opt/attendance/bin/python -m compileall -q /opt/attendance/lib \
    && rm -rf /opt/attendance/lib/python3.13/site-packages/pip /opt/attendance/lib/python3.13/site-packages/pip-*

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data attendance \
    && install --directory --owner=attendance --group=attendance --mode=0700 /data
COPY --from=build /opt/attendance /opt/attendance
ENV PATH=/opt/attendance/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ATTENDANCE_HOST=0.0.0.0 \
    ATTENDANCE_PORT=3000 \
    ATTENDANCE_LOG_FORMAT=json \
    ATTENDANCE_DATABASE_URL=sqlite:////data/attendance.db
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"ATTENDANCE_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["attendance"]
CMD ["serve"]
