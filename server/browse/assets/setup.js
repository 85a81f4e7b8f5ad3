// Sends the form that makes the first account. The token travels in the address's fragment, so that it reaches no log.
"use strict";

const form = document.getElementById("setup");

function fail(lines) {
  const place = form.querySelector(".errors");
  place.replaceChildren(
    ...lines.map((text) => {
      const p = document.createElement("p");
      p.textContent = text;
      return p;
    }),
  );
  place.hidden = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  body.token = location.hash.replace(/^#t=/, "");
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      location.assign(form.dataset.next);
      return;
    }
    fail(Object.values(await answer.json()).flat());
  } catch {
    fail(["The server did not answer. Look at its console, then try again."]);
  }
});
