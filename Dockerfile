# A service of trained runs, on CPUs:
#   docker build -t seq2see --build-arg TORCH_INDEX=... .
#   docker run --read-only --tmpfs /tmp -p 5000:5000 -v "$PWD/runs:/runs:ro" seq2see /runs/demo
# TORCH_INDEX: the CPU index shown on pytorch.org's "Get started" page; without it the usual build of
# PyTorch is taken, which brings several gigabytes of CUDA along.
FROM python:3.11-slim AS build
ARG TORCH_INDEX=
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
RUN python -m venv /opt/seq2see \
 && /opt/seq2see/bin/pip install --no-cache-dir --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} \
      "$(grep '^torch==' constraints.txt)" \
 && /opt/seq2see/bin/pip install --no-cache-dir --constraint constraints.txt ".[serve,ctranslate2]"

FROM python:3.11-slim
COPY --from=build /opt/seq2see /opt/seq2see
ENV PATH=/opt/seq2see/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 65534:65534
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["python", "-c", \
  "import urllib.request as r; r.urlopen('http://127.0.0.1:5000/v1/ready', timeout=2)"]
ENTRYPOINT ["seq2see", "serve", "--host", "0.0.0.0"]
