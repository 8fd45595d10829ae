// The style sheet of what is not on every page.

/** Loads it, unless it is there. */
export function loadStyle(address) {
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
}
