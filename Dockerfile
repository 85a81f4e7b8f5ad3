# docker build -t couplet . && docker run -p 8090:8090 -v couplet-data:/data couplet
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /couplet . && mkdir /data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /couplet /couplet
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV COUPLET_ADDR=0.0.0.0:8090 COUPLET_DATA=/data
VOLUME /data
EXPOSE 8090
ENTRYPOINT ["/couplet"]
CMD ["serve"]
