/** Plain-text tables: columns aligned with spaces, no frames, so that a table can be pasted anywhere. */

export interface Column {
  readonly title: string
  /** Numbers belong to the right, names to the left (the default). */
  readonly align?: 'left' | 'right'
}

/**
 * Lines of a table, without a line break at the end.
 *
 * @param rows - cells as text, one for each column
 * @param heading - dresses the line of titles, e.g. in bold; it must not change the visible width
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], heading = (line: string) => line): string {
  const widths = columns.map(({ title }, k) => Math.max(title.length, ...rows.map((row) => (row[k] ?? '').length)))
  const render = (cells: readonly string[]) =>
    columns
      .map(({ align }, k) => (align === 'right' ? (cells[k] ?? '').padStart(widths[k] ?? 0) : (cells[k] ?? '').padEnd(widths[k] ?? 0)))
      .join('  ')
      .trimEnd()
  return [heading(render(columns.map(({ title }) => title))), ...rows.map(render)].join('\n')
}

/** `key   value` lines. */
export function renderPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([key]) => key.length))
  return pairs.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join('\n')
}
