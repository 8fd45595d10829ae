/** The characters of kanji mode, a line for each cell of JIS X 0208: what the browser knows need not be downloaded. */
export function shiftJis() {
  const bytes = [];
  for (let cell = 0; cell < 84 * 94; cell++) {
    const [lead, trail] = [Math.floor(cell / 188), cell % 188];
    bytes.push(lead + (lead < 31 ? 0x81 : 0xc1), trail + (trail < 63 ? 0x40 : 0x41), 0x0a);
  }
  return new TextDecoder("shift_jis").decode(new Uint8Array(bytes));
}
