// The function that Streamlit calls for a component.

/**
 * Make the function Streamlit calls on every update of a component.
 *
 * It is called again for the same place on the page; the view made at the first call lives until the place is gone.
 *
 * @param {(parent: Element) => {update: (data: object, send: Function) => void, remove: () => void}} makeView
 */
export function renderer(makeView) {
  const views = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    if (!views.has(parentElement)) {
      views.set(parentElement, makeView(parentElement));
    }
    const view = views.get(parentElement);
    view.update(data, setTriggerValue);
    return () => {
      // Streamlit 1.67 calls this too when a newer update overtakes this one on its way; the place is then still there.
      if (!parentElement.isConnected) {
        views.delete(parentElement);
        view.remove();
      }
    };
  };
}
