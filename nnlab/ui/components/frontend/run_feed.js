// The line between the stage and the server: nothing to see, but what the run has reported goes in, and what is asked out.

import { renderer } from "./renderer.js";
import { sessionOf } from "./stage/sessions.js";

class FeedComponent {
  constructor(parent) {
    this.root = document.createElement("span");
    this.root.hidden = true;
    parent.append(this.root);
  }

  update(update, send) {
    this.session = sessionOf(update.key);
    this.session.receive(update, send);
  }

  remove() {
    this.session?.leave();
    this.root.remove();
  }
}

export default renderer((parent) => new FeedComponent(parent));
