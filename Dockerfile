# The server in a container: docs/self-host.md says how to use it.
ARG NODE_VERSION=20.20.2

FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /src
COPY . .
# Builds too, with the script "prepare".
RUN npm ci
# From here on only what the program needs.
RUN mv node_modules/better-sqlite3/build /tmp/better-sqlite3 \
  && npm ci --omit=dev --ignore-scripts --workspace packages/server \
  && mv /tmp/better-sqlite3 node_modules/better-sqlite3/build
RUN mkdir /app && cp -a --parents node_modules packages/*/node_modules packages/server/bin /app \
  && for link in node_modules/synckeep node_modules/@synckeep/*; do \
    folder=$(realpath --relative-to=. "$link") && cp -a --parents "$folder/package.json" "$folder/dist" /app || exit 1; \
  done

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production \
    PATH=/app/node_modules/.bin:$PATH \
    SYNCKEEP_DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8787
COPY --from=build /app /app
RUN install -d -o node -g node -m 0700 /data
WORKDIR /app
USER node
VOLUME ["/data"]
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["synckeep", "serve"]
