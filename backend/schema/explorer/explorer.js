"use strict";
/* Drives POST /graphql/staff. Answers are shown as text: nothing of them is ever markup. */

const byId = (id) => document.getElementById(id);
let token = "";

async function freshToken() {
  const answer = await fetch("/staff/csrf", { credentials: "same-origin" });
  token = (await answer.json()).csrfToken;
}

async function ask(query, variables = {}, files = []) {
  if (!token) await freshToken();
  const operations = { query, variables };
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  let body = JSON.stringify(operations);
  if (files.length) {
    body = multipart(operations, files);
  } else {
    headers["Content-Type"] = "application/json";
  }
  const answer = await fetch("/graphql/staff", { method: "POST", credentials: "same-origin", headers, body });
  return answer.json();
}

/* GraphQL multipart request specification: the null places of the variables, in their order, take the files. */
function multipart(operations, files) {
  const places = [];
  const look = (value, path) => {
    if (value === null) places.push(path);
    else if (typeof value === "object") for (const key of Object.keys(value)) look(value[key], `${path}.${key}`);
  };
  look(operations.variables, "variables");
  const form = new FormData();
  form.append("operations", JSON.stringify(operations));
  form.append("map", JSON.stringify(Object.fromEntries(files.map((_, i) => [`f${i}`, [places[i] ?? ""]]))));
  files.forEach((file, i) => form.append(`f${i}`, file));
  return form;
}

function show(value) {
  byId("result").textContent = typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

async function showMe() {
  const answer = await ask("query { me { account { fullName } municipality } }");
  const me = answer.data && answer.data.me;
  byId("me").textContent = me ? `${me.account.fullName}, ${me.municipality}` : "Sin sesión.";
  byId("sign-in").hidden = Boolean(me);
  byId("sign-out").hidden = !me;
}

async function tell(work) {
  try {
    await work();
  } catch (error) {
    show(String(error));
  }
}

async function signIn() {
  const query = `mutation ($input: SessionCreateInput!) {
    sessionCreate(input: $input) { csrfToken errors { code message } }
  }`;
  const input = { email: byId("email").value, password: byId("password").value };
  const answer = await ask(query, { input });
  const payload = answer.data && answer.data.sessionCreate;
  if (payload && payload.csrfToken) {
    token = payload.csrfToken;
    byId("password").value = "";
    show("");
  } else {
    show(payload ? payload.errors.map((error) => error.message).join("\n") : answer);
  }
  await showMe();
}

async function signOut() {
  await ask("mutation { sessionEnd { errors { message } } }");
  token = "";
  await showMe();
}

async function run() {
  let variables;
  try {
    variables = JSON.parse(byId("variables").value || "{}");
  } catch (error) {
    show(`Variables: ${error.message}`);
    return;
  }
  show("…");
  show(await ask(byId("document").value, variables, Array.from(byId("files").files)));
}

const SCHEMA = `query { __schema { queryType { ...fields } mutationType { ...fields } } }
fragment fields on __Type { fields { name description args { name type { name ofType { name } } } } }`;

byId("sign-in").addEventListener("submit", (event) => { event.preventDefault(); tell(signIn); });
byId("operation").addEventListener("submit", (event) => { event.preventDefault(); tell(run); });
byId("sign-out").addEventListener("click", () => tell(signOut));
byId("schema").addEventListener("click", () => tell(async () => show(await ask(SCHEMA))));
byId("document").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); tell(run); }
});
tell(showMe);
