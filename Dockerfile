# Saddlepoint with its engine and the demo's data. After the build nothing needs a network:
#
#   docker build --tag saddlepoint .
#   docker run --rm --network none --volume "$PWD/runs:/project/runs" saddlepoint demo
#
# Debian's LibTorch, for the CPU. For a GPU see docs/gpu.md.
FROM node:20-bookworm-slim

RUN apt-get update \
 && apt-get install --yes --no-install-recommends g++ make cmake ninja-build libtorch-dev libopenblas0-pthread \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /saddlepoint
COPY . .
ENV SADDLEPOINT_DATA=/saddlepoint/data
RUN npm ci --no-audit --no-fund && npm run setup && node bin/saddlepoint.mjs data fetch fashion-mnist \
 && ln -s /saddlepoint/bin/saddlepoint.mjs /usr/local/bin/saddlepoint && npm cache clean --force

# Runs are written to ./runs of the folder that is mounted here.
WORKDIR /project
ENTRYPOINT ["saddlepoint"]
CMD ["--help"]
