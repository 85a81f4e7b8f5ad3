// Starts Swagger UI or Redoc over the document that the page names.
"use strict";

function cookie(name) {
  const found = document.cookie.split("; ").find((c) => c.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

const swagger = document.getElementById("swagger-ui");
const redoc = document.getElementById("redoc");

if (swagger) {
  SwaggerUIBundle({
    url: swagger.dataset.url,
    domNode: swagger,
    deepLinking: true,
    persistAuthorization: true,
    validatorUrl: null, // nothing is sent to another host
    requestInterceptor(request) {
      if (new URL(request.url, location.href).origin === location.origin) {
        request.headers["X-CSRFToken"] = cookie("csrftoken");
      }
      return request;
    },
  });
}

if (redoc) {
  Redoc.init(redoc.dataset.url, {
    nativeScrollbars: true,
    disableSearch: false,
    theme: {
      colors: { primary: { main: "#0d626a" }, text: { primary: "#182529" } },
      sidebar: { backgroundColor: "#f5f4ef", textColor: "#182529" },
      rightPanel: { backgroundColor: "#0e1416" },
    },
  }, redoc);
}
