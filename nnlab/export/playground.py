"""The mode “as in TensorFlow Playground”, whose steps are unlike those of Keras' ``fit``."""

from __future__ import annotations

from nnlab.export.run import Run, changes_in_playground
from nnlab.export.sections import Section
from nnlab.export.training import loop
from nnlab.messages import N_, Message

STEP = Message(
    N_(
        "TensorFlow Playground's own rules: samples come in the data's order; a batch that is not full "
        "waits and is averaged with the next epoch's first one; the loss is half the squared error; the slope of a "
        "penalty is taken apart from it, at the learning rate; a weight that L1 takes across 0 stays 0 for good."
    )
)
GRADIENTS = """\
weights = model.trainable_variables
sums = [np.zeros(weight.shape, np.float32) for weight in weights]"""
ALIVE = "\nalive = [np.ones(weight.shape, bool) for weight in weights]"
PENALTIES = "\nl1, l2 = {l1}, {l2}"
FUNCTIONS = """


@tf.function
def gradients(x, y):
    with tf.GradientTape() as tape:
        loss = 0.5 * tf.reduce_mean((model(x) - y) ** 2)
    return tape.gradient(loss, model.trainable_variables)


def update(learning_rate, samples):
    for i, weight in enumerate(weights):
        before = weight.numpy()
        after = before - learning_rate * sums[i] / samples"""
PENALIZE = """
        if i % 2 == 0:
            moved = after
            after = moved - learning_rate * ({slope})"""
KILL = """
            crossed = (l1[i // 2] > 0) & (np.sign(moved) * np.sign(after) < 0)
            after = np.where(alive[i], np.where(crossed, 0, after), before)
            alive[i] &= ~crossed"""
ASSIGN = """
        weight.assign(after)
        sums[i][:] = 0


def evaluate(x, y):
    outputs = model(x).numpy()
    loss = float(0.5 * np.mean((outputs - y) ** 2))
    return {{"loss": loss, "{metric}": {value}}}"""
VALUES = {
    "accuracy": "float(np.mean((outputs >= 0) == (y >= 0)))",
    "root_mean_squared_error": "float(np.sqrt(np.mean((outputs - y) ** 2)))",
}
EPOCH = """\
    for start in range(0, len(x_train), batch_size):
        x, y = x_train[start : start + batch_size], y_train[start : start + batch_size]
        for total, gradient in zip(sums, gradients(x, y)):
            total += len(x) * gradient.numpy()
        waiting += len(x)
        if len(x) == batch_size:
            update(learning_rate, waiting)
            waiting = 0
    logs = evaluate(x_train, y_train)
    logs |= {f"val_{name}": value for name, value in evaluate(x_valid, y_valid).items()}"""


def playground_sections(run: Run) -> tuple[Section, ...]:
    """Return the sections that train the ``model`` by a loop of its own and leave a ``history``."""
    experiment = run.experiment
    l1 = [*(layer.l1 for layer in experiment.layers), experiment.output_l1]
    l2 = [*(layer.l2 for layer in experiment.layers), experiment.output_l2]
    code = GRADIENTS
    if run.penalties("l1"):
        code += ALIVE
    penalized = run.penalties("l1") or run.penalties("l2")
    if penalized:
        code += PENALTIES.format(l1=l1, l2=l2)
    code += FUNCTIONS
    if penalized:
        slopes = ["l1[i // 2] * np.sign(before)"] if run.penalties("l1") else []
        code += PENALIZE.format(slope=" + ".join([*slopes, "l2[i // 2] * before"]))
    if run.penalties("l1"):
        code += KILL
    metric = experiment.head.metric
    code += ASSIGN.format(metric=metric, value=VALUES[metric])
    before = f"learning_rate, batch_size = {experiment.optimizer.learning_rate!r}, {experiment.batch_size}\nwaiting = 0"
    training = loop(run, before, changes_in_playground(run), EPOCH)
    return (Section(N_("One step"), (STEP,), code), Section(N_("Train"), (), training))
