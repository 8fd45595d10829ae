// Wakes the islands of a page: what Leptos does with an inline script, which our Content-Security-Policy refuses.
// The addresses of the other two files stand in the attributes of our own script element. When anything fails, the page
// stays what it is: forms and links that work without us.
const root = document.documentElement;
const { glue, wasm } = document.querySelector("script[data-wasm]").dataset;

async function wake() {
  const [module, binary] = await Promise.all([import(new URL(glue, location)), fetch(wasm)]);
  await module.default({ module_or_path: binary });
  module.hydrate();
  for (const island of document.querySelectorAll("leptos-island")) {
    module[island.dataset.component](island);
  }
  // Effects have run once the microtasks are done.
  setTimeout(() => root.setAttribute("data-hydrated", ""));
}

wake().catch((error) => {
  root.setAttribute("data-asleep", "");
  console.error("The page stays asleep:", error);
});
