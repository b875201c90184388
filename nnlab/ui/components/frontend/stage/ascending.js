// Where something stands among numbers in ascending order. No page in here; tested under node.

/** How many of the numbers are no greater than `value`: the place after them. */
export function placeAfter(numbers, value) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
