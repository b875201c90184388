// Sentences with places to fill in, as Python's `str.format` has them.

/**
 * @param {string} sentence such as "Epoch {epoch}"
 * @param {Object<string, string|number>} values
 */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}
