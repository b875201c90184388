// The stage as a component: the setting comes with each run of the page, the epochs with run_feed.js or with the setting.

import { renderer } from "./renderer.js";
import { sessionOf } from "./stage/sessions.js";
import { Stage } from "./stage/stage.js";

class NetworkComponent {
  constructor(parent) {
    this.parent = parent;
  }

  update(setting) {
    const text = JSON.stringify(setting);
    if (text === this.text) {
      return;
    }
    this.text = text;
    if (setting.key !== this.key) {
      this.stage?.remove();
      this.key = setting.key;
      this.stage = new Stage(this.parent, sessionOf(setting.key));
    }
    this.stage.update(setting);
    if (setting.recorded) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      sessionOf(setting.key).show(setting.recorded, !still);
    }
  }

  remove() {
    this.stage?.remove();
  }
}

export default renderer((parent) => new NetworkComponent(parent));
