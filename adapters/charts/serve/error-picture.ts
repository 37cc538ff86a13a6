/** An error as a picture, as QuickChart answers: who shows charts in an <img> sees the reason. */
import { escapeHtml } from '../../../core/view/html.ts'
import { loadCanvas, type PictureFormat } from '../canvas.ts'

const fontPixels = 14
const padding = 12
const lineLetters = 60

export async function drawError(message: string, format: PictureFormat): Promise<Uint8Array> {
  const lines = broken(`Chart Error: ${message}`)
  const height = 2 * padding + lines.length * fontPixels * 1.4
  const width = 2 * padding + lineLetters * fontPixels * 0.62
  const baseline = (index: number) => padding + fontPixels + index * fontPixels * 1.4
  if (format === 'svg') {
    const spans = lines.map((line, index) => `<text x="${padding}" y="${baseline(index)}">${escapeHtml(line)}</text>`)
    const frame = `xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-size="${fontPixels}"`
    return Buffer.from(
      `<svg ${frame} font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>${spans.join('')}</svg>`,
    )
  }
  const { createCanvas } = await loadCanvas()
  const canvas = createCanvas(Math.ceil(width), Math.ceil(height))
  const context = canvas.getContext('2d')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#000'
  context.font = `${fontPixels}px "DejaVu Sans"`
  for (const [index, line] of lines.entries()) context.fillText(line, padding, baseline(index))
  return format === 'webp' ? canvas.encode('webp') : canvas.encode('png')
}

function broken(text: string): string[] {
  const lines: string[] = ['']
  for (const word of text.split(/\s+/).flatMap((one) => one.match(new RegExp(`.{1,${lineLetters}}`, 'gu')) ?? [])) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length >= lineLetters) lines.push(word)
    else lines.splice(-1, 1, last === '' ? word : `${last} ${word}`)
  }
  return lines
}
