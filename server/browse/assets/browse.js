// Sends what a browser's own forms cannot: OPTIONS, PUT, PATCH, DELETE, and bodies typed by hand. The answer comes as
// a page of the browsable API and takes the place of this one.
"use strict";

function cookie(name) {
  const found = document.cookie.split("; ").find((c) => c.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

// fail shows what the page has to say of a failure ("answered", "unsent"), and what failed.
function fail(what, text) {
  const place = document.querySelector(".failed");
  place.textContent = `${place.dataset[what]}\n${text}`;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

async function send(form, method) {
  const media = form.querySelector("[data-media]");
  const content = form.querySelector("[data-content]");
  const headers = { Accept: "text/html", "X-CSRFToken": cookie("csrftoken") || document.body.dataset.csrf };
  if (content) headers["Content-Type"] = media.value;
  const answer = await fetch(location.href, { method, headers, body: content ? content.value : undefined });
  if (answer.status === 204) {
    location.assign(form.dataset.after || location.href);
    return;
  }
  const text = await answer.text();
  if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) {
    fail("answered", `${answer.status} ${answer.statusText}\n${text.slice(0, 500)}`);
    return;
  }
  show(text, answer.ok ? null : form);
}

// show puts the page in place. What was typed stays where the request failed.
function show(text, failed) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const index = failed ? [...document.querySelectorAll("form.send")].indexOf(failed) : -1;
  const typed = index >= 0 ? failed.querySelector("[data-content]").value : "";
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceWith(page.body);
  const again = document.querySelectorAll("form.send")[index];
  if (again) again.querySelector("[data-content]").value = typed;
  document.getElementById("answer").scrollIntoView({ block: "start" });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form.filters")) {
    // Empty controls would only make the address longer.
    for (const field of form.elements) field.disabled = field.name !== "" && field.value === "";
    return;
  }
  if (!form.matches("[data-send]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector("[data-method]");
  button.disabled = true;
  send(form, button.dataset.method)
    .catch((error) => fail("unsent", error.message))
    .finally(() => { button.disabled = false; });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-content]")) {
    event.target.form.requestSubmit();
  }
  if (event.key === "Escape") closeMenus(null);
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

// A page that comes back from the browser's memory has its filters as they were sent.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.filters :disabled")) field.disabled = false;
});
