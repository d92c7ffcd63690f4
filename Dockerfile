# A static binary in an empty image: no shell, no package, no root.
#
#   docker build -t signet .
#   docker compose up

FROM rust:1-alpine AS build
# ring compiles C and assembly.
RUN apk add --no-cache musl-dev gcc make perl ca-certificates
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY verifier verifier
COPY benches benches
COPY src src
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin signet \
    && cp target/release/signet /signet \
    # Fails where the binary is not static.
    && ! ldd /signet 2>/dev/null | grep -q '=>' \
    # The folders that the image's user may write to.
    && mkdir -p /image/etc/signet /image/var/lib/signet/keys /image/var/lib/signet/directory \
    && chown -R 65532:65532 /image/var/lib/signet

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /image/ /
COPY --from=build /signet /signet
USER 65532:65532
# What differs inside an image; the configuration file may stay as it is.
ENV SIGNET_HTTP__LISTEN=0.0.0.0:8080 \
    SIGNET_KEYS__DIRECTORY=/var/lib/signet/keys
VOLUME /var/lib/signet/keys
# A SQLite file of the directory goes here: SIGNET_DIRECTORY__URL=sqlite:/var/lib/signet/directory/signet.db
VOLUME /var/lib/signet/directory
EXPOSE 8080
# The binary checks itself: the image holds nothing else that could.
HEALTHCHECK --interval=10s --timeout=4s --start-period=5s --retries=3 \
    CMD ["/signet", "health", "--config", "/etc/signet/signet.toml"]
# SIGTERM drains: /readyz says no, answers under way are finished.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/signet"]
CMD ["serve", "--config", "/etc/signet/signet.toml"]
