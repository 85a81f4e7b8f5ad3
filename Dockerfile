# docker build -t couplet . && docker run -p 8090:8090 -v couplet-data:/data -v "$PWD:/app" couplet
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /couplet . && mkdir -p /empty/data /empty/app /empty/tmp

# Nothing but the executable, the certificates that outgoing mail is checked with, and three folders: data, the project
# (schema.json and migrations/), and one for what SQLite sorts on disk.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /empty/ /
COPY --from=build /couplet /couplet
USER 65532:65532
WORKDIR /app
ENV COUPLET_ADDR=0.0.0.0:8090 COUPLET_DATA=/data COUPLET_PROJECT=/app
VOLUME /data
EXPOSE 8090
ENTRYPOINT ["/couplet"]
CMD ["serve"]
