# docker build -t influence .
# docker run --rm -v /srv/exports:/exports:ro -v influence-data:/data influence
FROM python:3.11-slim AS build
COPY . /src
ENV PIP_CONSTRAINT=/src/constraints.txt PIP_BUILD_CONSTRAINT=/src/constraints.txt PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/influence && /opt/influence/bin/pip install /src

FROM python:3.11-slim
COPY --from=build /opt/influence /opt/influence
COPY deploy/nightly.sh /usr/local/bin/nightly.sh
RUN useradd --create-home influence && install -d -o influence -g influence /data /metrics
ENV PATH=/opt/influence/bin:$PATH \
    INFLUENCE_STORE=/data/store \
    INFLUENCE_METRICS=/metrics/influence.prom \
    NUMBA_CACHE_DIR=/tmp/influence-kernels
USER influence
# influence.toml is read from here
WORKDIR /data
CMD ["nightly.sh", "/exports"]
