// Files of the draft, made here without saving, and the clipboard.

const MEDIA_TYPES = {
  png: "image/png",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  txt: "text/plain",
  uri: "text/plain",
};

// The browser needs the address of a file until it has begun to read.
const READ_MS = 30_000;

/** Gives somebody a file. */
export function give(bytes, stem, format) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: MEDIA_TYPES[format] }));
  link.download = `${stem}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
}

/** Whether it was copied. Only secure origins have a clipboard; elsewhere it works the way of old. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { className: "visually-hidden", value: text });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const is_copied = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return is_copied;
  }
}
