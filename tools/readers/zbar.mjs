// What zbar reads in pictures, for tools/readers.sh: one line for each binary PGM given, the bytes in hexadecimal, or
// nothing. Not here: what the bytes mean.
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
