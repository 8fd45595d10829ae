// Prints what zbar reads, for tools/readers.sh: for each binary PGM given, one line with the bytes in hexadecimal, or
// an empty line. It does not interpret the bytes.
import { readFileSync } from 'node:fs'
import { scanGrayBuffer, ZBarSymbolType } from '@undecaf/zbar-wasm'

for (const path of process.argv.slice(2)) {
    const pgm = readFileSync(path)
    const [, width, height] = pgm.toString('latin1', 0, 40).split(/\s/).map(Number)
    const greys = new Uint8Array(pgm.subarray(pgm.length - width * height))
    const found = await scanGrayBuffer(greys.buffer, width, height)
    // In the noise of a large code it also sees bar codes.
    const codes = found.filter((symbol) => symbol.type === ZBarSymbolType.ZBAR_QRCODE)
    console.log(codes.length === 1 ? Buffer.from(codes[0].data).toString('hex') : '')
}
